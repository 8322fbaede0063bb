/**
 * The text of `--help`, from a command's spec. Pure functions.
 *
 * @module
 */
import { type EventFields, type Events, fieldsOf } from "../text/events.ts";
import { wrapped } from "../text/wrapped.ts";
import {
  type CommandGroup,
  commandsOf,
  type CommandSpec,
  kebab,
  usageWords,
} from "./spec.ts";

/** The help above the global options. */
export function helpOf(
  name: string,
  found: CommandGroup | CommandSpec,
): string {
  const parts = "verbs" in found
    ? groupParts(name, found)
    : commandParts(name, found);
  return `${parts.filter(Boolean).join("\n\n")}\n`;
}

function groupParts(name: string, group: CommandGroup): string[] {
  const commands = commandsOf(name, group);
  const [first, second] = Object.keys(commands);
  return [
    `winipc ${name}: ${group.about}`,
    usageLines(commands),
    `"winipc ${first} --help" explains ${second ? "one of them" : "it"}.`,
  ];
}

function commandParts(name: string, spec: CommandSpec): string[] {
  const { help, options = {}, notes = "", events = {}, jsonNotes } = spec;
  const usages = usagesOf(spec, "[options]").map((usage) =>
    wrapped(`winipc ${name}`, wordsOf(` ${usage}`), `winipc ${name} `.length)
  );
  const json = [...jsonLines(events), ...jsonNotes ? [jsonNotes] : []];
  const blocks = [usages, [help], optionLines(options), [notes], json];
  return blocks.map((lines) => lines.join("\n"));
}

/** The usage of each command, in a common column. */
export function usageLines(
  commands: Readonly<Record<string, CommandSpec>>,
): string {
  const names = Object.keys(commands);
  const width = Math.max(...names.map((name) => name.length)) + 1;
  return Object.entries(commands).flatMap(([name, spec]) =>
    usagesOf(spec).map((usage) =>
      wrapped(`  ${name.padEnd(width)}`, wordsOf(usage)).trimEnd()
    )
  ).join("\n");
}

/** Its usages after its name, with `shown` for its options. */
function usagesOf(spec: CommandSpec, shown?: string): string[] {
  if (spec.usage !== undefined) {
    return spec.usage.split("\n").map((usage) =>
      shown === undefined ? usage : `${usage} ${shown}`
    );
  }
  const { needed, optional, rest, ...own } = usageWords(spec);
  const options = shown === undefined ? own.options : [shown];
  const words = spec.trailing
    ? [...options, ...needed, ...optional, ...rest]
    : [...needed, ...optional, ...options, ...rest];
  return [words.join(" ")];
}

/** The words of a line, which breaks between them, but never inside brackets. */
function wordsOf(text: string): string[] {
  return text.match(/ *(?:\[[^\]]*\]\S*|\S+)/g) ?? [];
}

/** The lines of the options, as far as they have a text. */
function optionLines(options: NonNullable<CommandSpec["options"]>): string[] {
  return Object.entries(options).flatMap(([key, { label = "", help }]) => {
    const name = `--${kebab(key)} ${label}`.trimEnd();
    // In the column of the global options.
    const head = `  ${name.padEnd(14)} `;
    return help ? [wrapped(head, wordsOf(help.replaceAll("\n", " ")), 17)] : [];
  });
}

/** A sample of each line with `--json`. */
function jsonLines(events: Events): string[] {
  // Events in succession that have the same fields share a line.
  const samples: { names: string[]; fields: EventFields }[] = [];
  for (const [event, fields] of Object.entries(events)) {
    const last = samples.at(-1);
    if (last?.fields === fields) last.names.push(`"${event}"`);
    else samples.push({ names: [`"${event}"`], fields });
  }
  const absent = new Set<string>();
  const lines = samples.map(({ names, fields }) => {
    // The global options explain "hex".
    const shown = fieldsOf(fields).filter(({ name }) => name !== "hex");
    for (const { name, optional } of shown) {
      if (optional && name !== "text") absent.add(`"${name}"`);
    }
    const pairs = shown.map(({ name, sample }) =>
      `"${name}":${JSON.stringify(sample)}${name === "at" ? "}" : ","}`
    );
    return wrapped(`  {"event":${names.join("|")},`, pairs, 3);
  });
  if (lines.length === 0) return [];
  const where = absent.size === 0
    ? ""
    : `, where ${[...absent].join(", ")} may be absent`;
  return [wrapped("", wordsOf(`With --json${where}:`)), ...lines];
}
