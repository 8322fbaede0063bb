/**
 * A traced call's arguments, accessible by name.
 *
 * @module
 */

import type { BoundFunction } from "../binding.ts";
import { textOf } from "./arguments.ts";

/** A call, with its arguments accessible by name. */
export class CallArguments {
  /** The function. */
  readonly bound: BoundFunction;
  /** The arguments in order. */
  readonly values: readonly unknown[];

  /** The arguments of one call. */
  constructor(bound: BoundFunction, values: readonly unknown[]) {
    this.bound = bound;
    this.values = values;
  }

  /** The argument of a name. */
  get(name: string): unknown {
    const { parameters } = this.bound.declaration;
    return this.values[parameters.findIndex(([own]) => own === name)];
  }

  /** A handle or an address; 0 if there is no such argument. */
  number(name: string): bigint {
    const value = this.get(name);
    return typeof value === "bigint" || typeof value === "number"
      ? BigInt(value)
      : 0n;
  }

  /** A wide string. */
  text(name: string): string | undefined {
    const value = this.get(name);
    return value instanceof Uint8Array
      ? textOf(value as Uint8Array<ArrayBuffer>)
      : undefined;
  }
}
