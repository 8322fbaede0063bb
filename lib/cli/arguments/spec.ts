/**
 * A command as data: its operands, options, texts and JSON events. The parser, the
 * help, completions and `winipc help json` are made from it. Another module runs
 * it, see `run.ts`.
 *
 * @module
 */
import type { Events } from "../text/events.ts";
import { Arguments } from "./arguments.ts";
import {
  GLOBAL_OPTION_NAMES,
  type GlobalOptions,
  readGlobalOptions,
} from "./global_options.ts";
import { UsageError } from "./usage_error.ts";

/** A word that is not an option; it must be given unless a field says otherwise. */
export interface Operand {
  /** Its name in usage lines: `NAME`. */
  readonly label: string;
  /** Its value when it is not given. */
  readonly fallback?: string;
  /** It is `undefined` when it is not given. */
  readonly optional?: true;
  /** It takes all words that are left, as an array. */
  readonly rest?: true;
  /** Its fixed values; for completions. */
  readonly words?: readonly string[];
}

/** An option: a flag, unless its value has a `label`. */
export interface Option {
  /** The name of its value: `N`. */
  readonly label?: string;
  /** Its value is a whole number, and at least this one. */
  readonly min?: number;
  /** With `min`: at most this one. */
  readonly max?: number;
  /** Its value is one of these words. */
  readonly words?: readonly string[];
  /** Its value when it is not given, instead of `undefined`. */
  readonly fallback?: string | number;
  /** It must be given. */
  readonly required?: true;
  /** Its text in the help, which wraps it. */
  readonly help?: string;
}

/** The option of commands that can wait for their partner: `waitForPeer` of the API. */
export const WAIT = {
  help: "wait for the server to start, up to --timeout",
} as const satisfies Option;

/** The keys are the properties of the command's input. */
interface Syntax {
  readonly operands?: Readonly<Record<string, Operand>>;
  /** By the name in camel case: `maxSize` is `--max-size`. */
  readonly options?: Readonly<Record<string, Option>>;
  /** Its usage after its name, one for each line, instead of the generated one. */
  readonly usage?: string;
  /**
   * All arguments after the first operand are operands: they are for another
   * program.
   */
  readonly trailing?: true;
  /** The default encoding of text, unless it is UTF-8. */
  readonly encoding?: string;
  /** Its output with `--json`, by the name of the event. */
  readonly events?: Events;
  /** The help's examples, and what the command does. */
  readonly help: string;
  /** Details, below the options. */
  readonly notes?: string;
  /** Facts that the samples of the events do not show. */
  readonly jsonNotes?: string;
}

/** A command, such as `mailslot read`; `I` is its input. */
export interface CommandSpec<I extends object = object> extends Syntax {
  /** Parses the words after its name. Pure. */
  parse(name: string, words: readonly string[]): I;
}

/** The commands of one mechanism. */
export interface CommandGroup {
  /** What they are for, and examples. */
  readonly about: string;
  /** By their second word. */
  readonly verbs: Readonly<Record<string, CommandSpec>>;
}

type OperandValue<O extends Operand> = O extends { rest: true }
  ? readonly string[]
  : O extends { optional: true } ? string | undefined
  : string;

type OptionValue<O extends Option> = O extends { label: string } ?
    | (O extends { words: readonly (infer W)[] } ? W
      : O extends { min: number } ? number
      : string)
    | (O extends { fallback: unknown } | { required: true } ? never : undefined)
  : boolean;

/** The input of a command without `refine`. */
export type Values<S extends Syntax> =
  & {
    readonly [K in keyof NonNullable<S["operands"]>]: OperandValue<
      NonNullable<S["operands"]>[K]
    >;
  }
  & {
    readonly [K in keyof NonNullable<S["options"]>]: OptionValue<
      NonNullable<S["options"]>[K]
    >;
  }
  & { readonly common: GlobalOptions };

/** The input of a command, by its spec. */
export type InputOf<C> = C extends CommandSpec<infer I> ? I : never;

/**
 * Defines a command. `refine` checks what the declaration cannot express, and may
 * convert the input.
 */
export function command<
  const S extends Syntax,
  I extends object = Values<S>,
>(
  syntax: S,
  refine?: (values: Values<S>, args: Arguments) => I,
): CommandSpec<I> {
  return {
    ...syntax,
    parse(name, words) {
      const args = new Arguments(words, optionNames(syntax));
      const common = readGlobalOptions(args, syntax.encoding);
      const values = { ...valuesOf(syntax, name, args), common };
      return refine?.(values as Values<S>, args) ?? values as I;
    },
  };
}

/** Defines the commands of a mechanism. */
export function group(
  about: string,
  verbs: CommandGroup["verbs"],
): CommandGroup {
  return { about, verbs };
}

/** The commands that a first word begins, by their whole names. */
export function commandsOf(
  name: string,
  found: CommandGroup | CommandSpec,
): Record<string, CommandSpec> {
  if (!("verbs" in found)) return { [name]: found };
  return Object.fromEntries(
    Object.entries(found.verbs)
      .map(([verb, spec]) => [`${name} ${verb}`, spec]),
  );
}

/** The names of a command's own and the global options. */
export function optionNames({ options = {} }: Syntax) {
  const own = Object.entries(options);
  const namesOf = (hasValue: boolean) =>
    own.filter(([, { label }]) => (label !== undefined) === hasValue)
      .map(([key]) => kebab(key));
  return {
    values: [...namesOf(true), ...GLOBAL_OPTION_NAMES.values],
    flags: [...namesOf(false), ...GLOBAL_OPTION_NAMES.flags],
    optional: GLOBAL_OPTION_NAMES.optional,
  };
}

/** `max-size` for `maxSize`. */
export function kebab(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function valuesOf(
  syntax: Syntax,
  name: string,
  args: Arguments,
): Record<string, unknown> {
  const { operands = {}, options = {} } = syntax;
  const known = Object.entries(operands);
  if (!known.some(([, { rest }]) => rest)) args.atMost(known.length);
  const values: Record<string, unknown> = {};
  for (const [key, option] of Object.entries(options)) {
    values[key] = valueOf(kebab(key), option, args) ?? option.fallback;
    if (option.required && values[key] === undefined) {
      throw missing(`--${kebab(key)}`);
    }
  }
  known.forEach(([key, { rest, fallback, optional }], at) => {
    values[key] = rest
      ? args.operands.slice(at)
      : args.operands[at] ?? fallback;
    if (!optional && values[key] === undefined) throw missing();
  });
  return values;

  function missing(what = "argument"): UsageError {
    const { needed } = usageWords(syntax);
    return new UsageError(
      `Missing ${what}: give "${name} ${needed.join(" ")}"`,
    );
  }
}

function valueOf(
  name: string,
  { label, words, min, max }: Option,
  args: Arguments,
): unknown {
  if (label === undefined) return args.flag(name);
  if (words !== undefined) return args.choice(name, words);
  return min === undefined ? args.text(name) : args.integer(name, min, max);
}

/** The words of its usage: those that must be given, and the others. */
export function usageWords({ operands = {}, options = {} }: Syntax) {
  const needed: string[] = [];
  const optional: string[] = [];
  const rest: string[] = [];
  const ownOptions: string[] = [];
  for (const operand of Object.values(operands)) {
    const { label, fallback, words } = operand;
    if (operand.rest) rest.push(`[${label}...]`);
    else if (fallback !== undefined) optional.push(`[${label}=${fallback}]`);
    else if (operand.optional) optional.push(`[${label}]`);
    else needed.push(words?.join("|") ?? label);
  }
  for (const [key, option] of Object.entries(options)) {
    const { label, words, fallback } = option;
    const value = words?.join("|") ?? label;
    const shown = [`--${kebab(key)}`, ...value === undefined ? [] : [value]];
    // Other defaults only mean that the option is absent.
    const showsFallback = fallback && fallback !== Infinity && !words;
    const usage = shown.join(" ") + (showsFallback ? `=${fallback}` : "");
    if (option.required) needed.push(usage);
    else ownOptions.push(`[${usage}]`);
  }
  return { needed, optional, rest, options: ownOptions };
}
