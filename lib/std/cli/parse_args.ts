/**
 * Replaces `@std/cli/parse-args` if JSR cannot be reached: the same results for
 * flat option names.
 *
 * @module
 */

/** Options for {@linkcode parseArgs}. */
export interface ParseOptions<
  B extends string = string,
  S extends string = string,
  C extends string = string,
  D extends Record<string, unknown> = Record<string, unknown>,
  DD extends boolean = boolean,
> {
  /** Keeps the arguments after `--` separate, in `"--"`. @default {false} */
  "--"?: DD;
  /** Other names of options. */
  alias?: Record<string, string | readonly string[]>;
  /** Options without a value; `false` when absent. */
  boolean?: B | readonly B[];
  /** Options whose values come in a list. */
  collect?: C | readonly C[];
  /** Values of absent options. */
  default?: D;
  /** Options that `--no-…` sets to `false`. */
  negatable?: string | readonly string[];
  /** Treats everything after the first operand as operands. @default {false} */
  stopEarly?: boolean;
  /** Options whose values stay strings. */
  string?: S | readonly S[];
  /** Called for undeclared arguments; `false` drops one. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** The result of {@linkcode parseArgs}. */
export type Args<
  B extends string = string,
  S extends string = string,
  C extends string = string,
  D = unknown,
  DD = boolean,
> =
  & { [name: string]: unknown; _: (string | number)[] }
  & { [K in Exclude<B, C>]: boolean }
  & { [K in Extract<C, S>]: string[] }
  & { [K in Extract<C, B>]: boolean[] }
  & { [K in Exclude<C, S | B>]: unknown[] }
  & { [K in Exclude<S, C | keyof D>]?: string }
  & { [K in Extract<Exclude<S, C>, keyof D>]: string }
  & { [K in Exclude<keyof D, B | S | C>]: D[K] }
  & (DD extends true ? { "--": string[] } : unknown);

/** Parses a command line. */
export function parseArgs<
  const B extends string = never,
  const S extends string = never,
  const C extends string = never,
  // deno-lint-ignore ban-types
  D extends Record<string, unknown> = {},
  DD extends boolean = false,
>(
  args: readonly string[],
  options: ParseOptions<B, S, C, D, DD> = {},
): Args<B, S, C, D, DD> {
  return new Parser(options as ParseOptions).parse(args) as unknown as Args<
    B,
    S,
    C,
    D,
    DD
  >;
}

class Parser {
  #options: ParseOptions;
  #aliases = new Map<string, string[]>();
  #boolean: Set<string>;
  #string: Set<string>;
  #collect: Set<string>;
  #negatable: Set<string>;
  #values = new Map<string, unknown>();
  #operands: (string | number)[] = [];

  constructor(options: ParseOptions) {
    this.#options = options;
    for (const [name, others] of Object.entries(options.alias ?? {})) {
      const group = [name, ...list(others)];
      for (const one of group) {
        this.#aliases.set(one, group.filter((other) => other !== one));
      }
    }
    this.#boolean = this.#names(options.boolean);
    this.#string = this.#names(options.string);
    this.#collect = this.#names(options.collect);
    this.#negatable = this.#names(options.negatable);
  }

  parse(args: readonly string[]): Record<string, unknown> {
    const end = args.indexOf("--");
    const [before, after] = end < 0
      ? [[...args], []]
      : [args.slice(0, end), args.slice(end + 1)];
    while (before.length > 0) {
      const arg = before.shift()!;
      if (/^--./.test(arg)) this.#long(arg, before);
      else if (/^-./.test(arg)) this.#short(arg, before);
      else {
        this.#operand(arg);
        if (!this.#options.stopEarly) continue;
        this.#operands.push(...before.splice(0));
      }
    }
    this.#fillDefaults();
    const result: Record<string, unknown> = { _: this.#operands };
    for (const [name, value] of this.#values) result[name] = value;
    if (this.#options["--"]) result["--"] = after;
    else this.#operands.push(...after);
    return result;
  }

  #long(arg: string, rest: string[]): void {
    const [, name = "", value] = arg.match(/^--([^=]+)(?:=(.*))?$/s) ?? [];
    if (value !== undefined) {
      return this.#set(
        name,
        this.#boolean.has(name) ? value !== "false" : value,
        arg,
      );
    }
    const negated = name.match(/^no-(.+)$/)?.[1];
    if (negated && this.#negatable.has(negated)) {
      return this.#set(negated, false, arg, false);
    }
    this.#set(name, this.#take(name, rest, /^-/), arg);
  }

  #short(arg: string, rest: string[]): void {
    const letters = arg.slice(1);
    for (let at = 0; at < letters.length; at++) {
      const name = letters[at]!;
      const tail = letters.slice(at + 1);
      if (tail === "") {
        if (name !== "-") this.#set(name, this.#take(name, rest), arg);
      } else if (tail === "-") {
        return this.#set(name, tail, arg);
      } else if (tail.startsWith("=")) {
        return this.#set(name, tail.slice(1), arg);
      } else if (/^-?\d+(\.\d*)?$/.test(tail) || /^\W/.test(tail)) {
        return this.#set(name, tail, arg);
      } else {
        this.#set(name, this.#string.has(name) ? "" : true, arg);
      }
    }
  }

  /** The value of an option: the next argument, if it can be one. */
  #take(name: string, rest: string[], option = /^--?[^-]/): string | boolean {
    const next = rest[0];
    if (next) {
      if (!this.#boolean.has(name) && !option.test(next)) return rest.shift()!;
      if (next === "true" || next === "false") return rest.shift() === "true";
    }
    return this.#string.has(name) ? "" : true;
  }

  #operand(arg: string): void {
    if (this.#options.unknown?.(arg) === false) return;
    this.#operands.push(this.#string.has("_") ? arg : numberOr(arg));
  }

  #set(
    name: string,
    raw: string | boolean,
    arg: string,
    collect = true,
  ): void {
    const { unknown } = this.#options;
    if (!this.#isDeclared(name) && unknown?.(arg, name, raw) === false) return;
    const value = typeof raw === "string" && !this.#string.has(name)
      ? numberOr(raw)
      : raw;
    for (const each of [name, ...this.#aliases.get(name) ?? []]) {
      const old = this.#values.get(each);
      if (!collect || !this.#collect.has(each)) this.#values.set(each, value);
      else {this.#values.set(
          each,
          Array.isArray(old) ? [...old, value] : [value],
        );}
    }
  }

  #fillDefaults(): void {
    for (const [name, value] of Object.entries(this.#options.default ?? {})) {
      if (this.#values.has(name)) continue;
      for (const each of [name, ...this.#aliases.get(name) ?? []]) {
        this.#values.set(each, value);
      }
    }
    for (const name of [...this.#boolean, ...this.#string]) {
      if (this.#values.has(name)) continue;
      if (this.#collect.has(name)) this.#values.set(name, []);
      else if (this.#boolean.has(name)) this.#values.set(name, false);
    }
  }

  #isDeclared(name: string): boolean {
    return this.#boolean.has(name) || this.#string.has(name) ||
      this.#collect.has(name) || this.#aliases.has(name);
  }

  #names(names: string | readonly string[] | undefined): Set<string> {
    return new Set(
      list(names).flatMap((name) => [name, ...this.#aliases.get(name) ?? []]),
    );
  }
}

function list(names: string | readonly string[] | undefined): string[] {
  return names === undefined ? [] : [names].flat() as string[];
}

function numberOr(text: string): string | number {
  return text.trim() !== "" && Number.isFinite(Number(text))
    ? Number(text)
    : text;
}
