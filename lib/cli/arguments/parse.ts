/**
 * Parses the command line. Pure functions.
 *
 * @module
 */
import { type Command, GRAMMAR, type Run } from "../command.ts";
import { GLOBAL_HELP } from "./global_options.ts";
import { helpOf } from "./help.ts";
import { type CommandGroup, type CommandSpec, optionNames } from "./spec.ts";
import { schemaText } from "../text/json_schema.ts";
import { overview } from "../overview.ts";
import { didYouMean } from "./suggest.ts";
import { UsageError } from "./usage_error.ts";

const HELP_WORDS = ["--help", "-h", "help"];
const VERSION_WORDS = ["--version", "version"];

/**
 * The command in `args`.
 *
 * @throws {UsageError} for invalid arguments
 */
export function parse(args: readonly string[]): Command {
  const [first, ...rest] = args;
  if (first === undefined) return help(overview(), false);
  if (HELP_WORDS.includes(first)) return helpOn(rest);
  if (VERSION_WORDS.includes(first)) return { kind: "version" };
  const found = lookUp(first);
  return "verbs" in found
    ? parseGroup(first, found, rest)
    : parseCommand(first, found, rest);
}

function parseGroup(
  name: string,
  group: CommandGroup,
  [word, ...rest]: readonly string[],
): Command {
  const verbs = Object.keys(group.verbs);
  if (word === undefined) {
    throw new UsageError(
      `Missing command: give "${name} ${verbs.join(`", "${name} `)}"`,
    );
  }
  if (HELP_WORDS.includes(word)) return helpOn([name, ...rest]);
  const verb = Object.hasOwn(group.verbs, word) && group.verbs[word];
  if (verb) return parseCommand(`${name} ${word}`, verb, rest);
  throw new UsageError(
    `Unknown command "${name} ${word}".${
      didYouMean(word, verbs) || ` Give ${verbs.join(", ")}`
    }`,
  );
}

function parseCommand(
  name: string,
  spec: CommandSpec,
  words: readonly string[],
): Command {
  const rest = spec.trailing
    ? optionsEnded(words, optionNames(spec).values)
    : words;
  const end = rest.indexOf("--");
  const options = end < 0 ? rest : rest.slice(0, end);
  if (options.includes("--help") || options.includes("-h")) {
    return help(helpOf(name, spec));
  }
  if (options.includes("--version")) return { kind: "version" };
  // The input has all that a run needs; `demo` has kinds of its own.
  return { kind: name, ...spec.parse(name, rest) } as Run;
}

/** The arguments with "--" before the first operand. */
function optionsEnded(
  words: readonly string[],
  values: readonly string[],
): readonly string[] {
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (word === "--") return words;
    if (!word.startsWith("-")) {
      return [...words.slice(0, at), "--", ...words.slice(at)];
    }
    if (values.includes(word.slice(2))) at++;
  }
  return words;
}

function helpOn([name, word = ""]: readonly string[]): Command {
  if (name === undefined) return help(overview());
  if (name === "json") {
    return { kind: "help", text: schemaText(), requested: true };
  }
  const found = lookUp(name);
  const verbs = "verbs" in found ? found.verbs : {};
  const verb = Object.hasOwn(verbs, word) ? verbs[word] : undefined;
  return help(
    verb ? helpOf(`${name} ${word}`, verb) : helpOf(name, found),
  );
}

function lookUp(name: string): CommandGroup | CommandSpec {
  const found = Object.hasOwn(GRAMMAR, name) ? GRAMMAR[name] : undefined;
  if (found !== undefined) return found;
  const words = [...Object.keys(GRAMMAR), ...HELP_WORDS, ...VERSION_WORDS];
  const what = name.startsWith("-") ? "option" : "command";
  throw new UsageError(
    `Unknown ${what} "${name}".${
      suggestMechanisms(name) || didYouMean(name, words) ||
      ' "winipc --help" lists the commands'
    }`,
  );
}

/** " Did you mean …?" for a verb without its mechanism, or nothing. */
function suggestMechanisms(verb: string): string {
  const found = Object.entries(GRAMMAR).flatMap(([name, each]) =>
    "verbs" in each && Object.hasOwn(each.verbs, verb)
      ? [`"${name} ${verb}"`]
      : []
  );
  return found.length === 0 ? "" : ` Did you mean ${found.join(" or ")}?`;
}

function help(text: string, requested = true): Command {
  return { kind: "help", text: `${text}\n${GLOBAL_HELP}\n`, requested };
}
