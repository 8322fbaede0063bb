import { COMMANDS } from "../command.ts";

/** What `--json` prints: every event of every command, with its fields. */
export function schemaText(): string {
  const parts = Object.entries(COMMANDS).map(([command, { events }]) => {
    if (events === undefined) return "";
    const lines = Object.entries(events).map(([event, fields]) => {
      const shown = Object.entries({ ...fields, at: "time" })
        .map(([name, type]) => `${name} ${type}`);
      return wrapped(`    ${event.padEnd(10)}`, shown);
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
const WIDTH = 80;

function wrapped(head: string, words: readonly string[]): string {
  const lines = [head];
  words.forEach((word, at) => {
    const last = lines.length - 1;
    const text = at < words.length - 1 ? `${word},` : word;
    const longer = `${lines[last]} ${text}`;
    if (longer.length <= WIDTH) lines[last] = longer;
    else lines.push(`${" ".repeat(head.length)} ${text}`);
  });
  return lines.map((line) => `${line}\n`).join("");
}
