import { COMMANDS } from "../command.ts";
import { fieldsOf } from "./events.ts";
import { wrapped } from "./wrapped.ts";

/** What `--json` prints: every event of every command, with its fields. */
export function schemaText(): string {
  const parts = Object.entries(COMMANDS).map(([command, { events }]) => {
    if (events === undefined) return "";
    const lines = Object.entries(events).map(([event, fields]) => {
      const shown = fieldsOf(fields).map(({ name, type, optional }) =>
        ` ${name} ${type}${optional ? "?" : ""}${name === "at" ? "" : ","}`
      );
      return `${wrapped(`    ${event.padEnd(10)}`, shown, 15)}\n`;
    });
    return `  ${command}\n${lines.join("")}`;
  });
  return `${HEAD}\n${parts.join("")}`;
}

const HEAD = `winipc: what --json prints

One JSON object a line, UTF-8, on stdout. Each has the "event", the fields
below, and "at", a UTC time to the microsecond ("2026-01-31T12:00:00.123456Z").
Fields may be added, so leave out what you do not know. "?" means that a field
may be absent. Of "text" and "hex" (with --hex) one is there, and "bytes" counts
what travelled. Sides of the demo ("demo pipe a") print the demo's events.
`;
