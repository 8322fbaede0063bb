import { parseArgs } from "@std/cli/parse-args";
import { didYouMean } from "./suggest.ts";
import { UsageError } from "./usage_error.ts";

/** A command's options, without the dashes. */
export interface OptionNames {
  /** Options with a value. */
  readonly values: readonly string[];
  /** Options without a value. */
  readonly flags: readonly string[];
  /** Options with an optional value, after "=". The default is "". */
  readonly optional: readonly string[];
}

/** The arguments of a command. */
export class Arguments {
  /** The operands, in order. */
  readonly operands: readonly string[];
  readonly #values: ReadonlyMap<string, string>;
  readonly #flags: ReadonlySet<string>;

  constructor(args: readonly string[], names: OptionNames) {
    const parsed = parseArgs(marked(args, names), {
      string: [...names.values, ...names.optional, "_"],
      boolean: [...names.flags],
      alias: { help: "h" },
      "--": true,
      unknown: (arg: string, key?: string) => {
        if (key !== undefined) throw unknownOption(arg, names);
        return true;
      },
    }) as Record<string, unknown> & { _: unknown[]; "--"?: string[] };
    this.operands = [...parsed._.map(String), ...parsed["--"] ?? []];
    this.#flags = new Set(names.flags.filter((name) => parsed[name] === true));
    this.#values = new Map(
      [...names.values, ...names.optional].flatMap((name) => {
        const value = parsed[name];
        return typeof value === "string" && value.startsWith(MARK)
          ? [[name, value.slice(MARK.length)]]
          : [];
      }),
    );
  }

  flag(name: string): boolean {
    return this.#flags.has(name);
  }

  /** The value of an option, or `undefined`. */
  text(name: string): string | undefined {
    return this.#values.get(name);
  }

  /** The value of an option with a fixed set of values. */
  choice<const T extends string>(
    name: string,
    choices: readonly T[],
  ): T | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const found = choices.find((choice) => choice === value);
    if (found !== undefined) return found;
    throw new UsageError(
      `Invalid --${name} "${value}": expected ${choices.join(" or ")}.${
        didYouMean(value, choices)
      }`.replace(/\.$/, ""),
    );
  }

  /** The value of an option that is an integer from `min` to `max`. */
  integer(
    name: string,
    min: number,
    max = Number.MAX_SAFE_INTEGER,
  ): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= min && number <= max) return number;
    const range = max === Number.MAX_SAFE_INTEGER
      ? `>= ${min}`
      : `from ${min} to ${max}`;
    throw new UsageError(
      `Invalid --${name} "${value}": expected an integer ${range}`,
    );
  }

  /** Refuses operands after the first `count`. */
  atMost(count: number): void {
    const surplus = this.operands[count];
    if (surplus === undefined) return;
    throw new UsageError(
      `Unexpected argument "${surplus}": quote a text with spaces, or see --help`,
    );
  }
}

/**
 * Precedes every value, so that an empty one, one that looks like an option and
 * one that looks like a number stay unchanged.
 */
const MARK = ":";

function marked(args: readonly string[], names: OptionNames): string[] {
  const result: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    if (arg === "--") return [...result, ...args.slice(at)];
    const [, name, value] = /^--([^=]+)(?:=(.*))?$/s.exec(arg) ?? [];
    if (name !== undefined && names.flags.includes(name)) {
      if (value !== undefined && value !== "true" && value !== "false") {
        throw new UsageError(
          `Invalid --${name} "${value}": it takes no value; omit "=${value}"`,
        );
      }
      // Otherwise a following "true" would be taken for its value.
      result.push(value === undefined ? `${arg}=true` : arg);
    } else if (name !== undefined && names.optional.includes(name)) {
      if (value === "") {
        throw new UsageError(
          `--${name}= needs a value: give one, or omit "="`,
        );
      }
      result.push(`--${name}=${MARK}${value ?? ""}`);
    } else if (name === undefined || !names.values.includes(name)) {
      result.push(arg);
    } else if (value !== undefined) {
      result.push(`--${name}=${MARK}${value}`);
    } else if (at + 1 < args.length) {
      result.push(`--${name}=${MARK}${args[++at]}`);
    } else {
      throw new UsageError(`--${name} needs a value: give one after it`);
    }
  }
  return result;
}

function unknownOption(arg: string, names: OptionNames): UsageError {
  const option = arg.replace(/=.*$/s, "");
  const { values, flags, optional } = names;
  const known = [...values, ...flags, ...optional].map((name) => `--${name}`);
  const hint = didYouMean(option, known);
  return new UsageError(
    `Unknown option "${option}".${
      hint || ' See --help, or put "--" before a text that begins with "-"'
    }`,
  );
}
