/**
 * The one place where a table becomes functions, and where something can stand
 * before each of them: tracing does, while somebody asks for it. Otherwise the
 * functions are Deno's own, with nothing in between.
 *
 * @module
 */

import { load } from "./load.ts";
import { reentrant, reentrantParameters } from "./reentrant.ts";
import type { Declaration, Native, Table } from "./table.ts";

/** A function that is bound. */
export interface BoundFunction {
  /** The file that has it, such as `kernel32.dll`. */
  readonly dll: string;
  /** Windows' name. */
  readonly name: string;
  /** What the table says of it. */
  readonly declaration: Declaration;
}

/** Gives what replaces `native`. */
export type Wrapper = (native: Native, bound: BoundFunction) => Native;

/** Functions by their names in a table; `null` for one that this Windows lacks. */
export type Natives = Record<string, Native | null>;

/** Told of a function whenever it is another one. */
export type OnBind = (key: string, native: Native | null) => void;

const refills: (() => void)[] = [];
const completions: (() => void)[] = [];
let wrapper: Wrapper | undefined;

/**
 * Binds `table` to `dll`. Calls `onBind` with each function, now and whenever
 * there is another one in its place; the object is the same each time, so that
 * who holds it calls what it has then.
 *
 * Deno compiles code for each function that it binds, which takes a millisecond
 * under Wine, and a program uses few of a table's functions: so each is bound by
 * its first call. Those that wait on another thread have no such
 * code, and what may be missing is looked for at once.
 */
export function bindNatives(
  dll: string,
  table: Table,
  onBind: OnBind = () => {},
): Natives {
  const entries = Object.entries(table);
  const atOnce = entries.filter(([, { nonblocking, optional }]) =>
    nonblocking || optional
  );
  const loaded = loadTable(dll, Object.fromEntries(atOnce));
  const natives: Natives = {};
  const put = (key: string, native: Native | null) => {
    natives[key] = native;
    onBind(key, native);
  };
  /** The function itself, which stands in its place from then on unless something is before it. */
  const bound = (key: string): Native => {
    if (loaded[key] === undefined) {
      Object.assign(loaded, loadTable(dll, { [key]: table[key]! }));
      if (wrapper === undefined) put(key, loaded[key]!);
    }
    return loaded[key]!;
  };
  const fill = () => {
    for (const [key, declaration] of entries) {
      const native = loaded[key] === undefined
        ? (...args: unknown[]) => bound(key)(...args)
        : loaded[key];
      const { name = key } = declaration;
      put(
        key,
        native && wrapper
          ? wrapper(native, { dll, name, declaration })
          : native,
      );
    }
  };
  fill();
  refills.push(fill);
  completions.push(() => entries.forEach(([key]) => bound(key)));
  return natives;
}

/**
 * Binds all functions of the tables in use, because later it would not be
 * allowed, or be counted as somebody's leak.
 */
export function bindAll(): void {
  for (const complete of completions) complete();
}

/** What {@linkcode bindAll} does besides, such as for another thread. */
export function alsoBind(complete: () => void): void {
  completions.push(complete);
}

/** Puts `next` before every function of this isolate; `undefined` ends that. */
export function wrapNatives(next: Wrapper | undefined): void {
  wrapper = next;
  for (const refill of refills) refill();
}

function loadTable(dll: string, table: Table): Natives {
  const natives = { ...load(dll, foreign(table)) } as unknown as Natives;
  for (const [key, { parameters, reenters }] of Object.entries(table)) {
    const native = natives[key];
    if (!reenters || !native) continue;
    natives[key] = reentrant(native, parameters.at(-1)![1]);
  }
  return natives;
}

/** A table as `Deno.dlopen` takes it. */
export function foreign(table: Table): Deno.ForeignLibraryInterface {
  const entries = Object.entries(table).map(([key, declared]) => [key, {
    name: declared.name ?? key,
    parameters: foreignParameters(declared),
    result: declared.result,
    nonblocking: declared.nonblocking ?? false,
    optional: declared.optional ?? false,
  }]);
  return Object.fromEntries(entries);
}

function foreignParameters(
  { parameters, reenters }: Declaration,
): Deno.NativeType[] {
  const types = parameters.map(([, type]) => type);
  return reenters ? reentrantParameters(types) : types;
}
