/** Lines of `--json`, held against the schema. */

import { COMMANDS } from "../../lib/cli/command.ts";
import { fieldsOf } from "../../lib/cli/text/events.ts";

/** What is wrong with a line that `winipc COMMAND --json` printed. */
export function faultsOf(
  command: string,
  line: Record<string, unknown>,
): string[] {
  const { event, ...fields } = line;
  const known = COMMANDS[command]?.events?.[String(event)];
  if (known === undefined) return [`Unknown event "${event}"`];
  const schema = fieldsOf(known);
  const faults = schema.flatMap(({ name, type, optional }) => {
    if (fields[name] === undefined) {
      return optional ? [] : [`${name} is absent`];
    }
    return type.split("|").some((each) => isOf(each, fields[name])) ? [] : [
      `${name} is no ${type}`,
    ];
  });
  const names = schema.map(({ name }) => name);
  for (const name of Object.keys(fields)) {
    if (!names.includes(name)) faults.push(`${name} is not documented`);
  }
  // Of the two forms of content one is there.
  if (
    names.includes("hex") && "bytes" in fields &&
    "text" in fields === "hex" in fields
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
