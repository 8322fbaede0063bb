/**
 * The one place where a table becomes functions, and where something can stand
 * before each of them: tracing does, while somebody asks for it. Otherwise the
 * functions are Deno's own, with nothing in between.
 *
 * @module
 */

import { load } from "./load.ts";
import { type Declaration, foreign, type Table } from "./table.ts";

/** A function as Windows gives it. */
export type Native = (...args: unknown[]) => unknown;

/** A function that is bound. */
export interface BoundFunction {
  /** The file that has it, such as `kernel32.dll`. */
  readonly dll: string;
  /** Windows' name. */
  readonly name: string;
  /** What the table says of it. */
  readonly declaration: Declaration;
}

/** Gives what stands in the place of `native`. */
export type Wrapper = (native: Native, bound: BoundFunction) => Native;

/** Functions by their names in a table; `null` for one that this Windows lacks. */
export type Natives = Record<string, Native | null>;

const refills: (() => void)[] = [];
let wrapper: Wrapper | undefined;

/**
 * Binds `table` to `dll`. Calls `onFill` with the functions, now and whenever
 * {@linkcode wrapNatives} changes them; the object is the same each time, so
 * that who holds it calls what it has then.
 */
export function bindNatives(
  dll: string,
  table: Table,
  onFill: (natives: Natives) => void = () => {},
): Natives {
  const loaded = load(dll, foreign(table)) as unknown as Natives;
  const natives: Natives = {};
  const fill = () => {
    for (const [key, declaration] of Object.entries(table)) {
      const native = loaded[key] ?? null;
      const { name = key } = declaration;
      natives[key] = native && wrapper
        ? wrapper(native, { dll, name, declaration })
        : native;
    }
    onFill(natives);
  };
  fill();
  refills.push(fill);
  return natives;
}

/** Puts `next` before every function of this isolate; `undefined` ends that. */
export function wrapNatives(next: Wrapper | undefined): void {
  wrapper = next;
  for (const refill of refills) refill();
}
