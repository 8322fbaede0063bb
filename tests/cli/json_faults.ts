/** Lines of `--json`, held against the schema. */

import { COMMANDS } from "../../lib/cli/command.ts";

/** What is wrong with a line that `winipc COMMAND --json` printed. */
export function faultsOf(
  command: string,
  line: Record<string, unknown>,
): string[] {
  const { event, ...fields } = line;
  const known = COMMANDS[command]?.events?.[String(event)];
  if (known === undefined) return [`There is no event "${event}"`];
  const schema: Record<string, string> = { ...known, at: "time" };
  const faults = Object.entries(schema).flatMap(([name, type]) => {
    const types = type.replace("?", "").split("|");
    if (fields[name] === undefined) {
      return type.endsWith("?") ? [] : [`${name} is absent`];
    }
    return types.some((each) => isOf(each, fields[name])) ? [] : [
      `${name} is no ${type}`,
    ];
  });
  for (const name of Object.keys(fields)) {
    if (!Object.hasOwn(schema, name)) faults.push(`${name} is not documented`);
  }
  // Of the two forms of content one is there.
  if (
    "hex" in schema && "bytes" in fields && "text" in fields === "hex" in fields
  ) {
    faults.push("text or hex");
  }
  return faults;
}

function isOf(type: string, value: unknown): boolean {
  switch (type) {
    case "null":
      return value === null;
    case "integer":
      return Number.isInteger(value);
    case "time":
      return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(String(value));
    default:
      return kindOf(value) === type;
  }
}

function kindOf(value: unknown): string {
  return typeof value;
}
