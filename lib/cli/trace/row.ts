/**
 * What a sequence diagram has in each line.
 *
 * @module
 */

import type { Deed } from "./objects.ts";

/** An arrow between a process and an object, or a call that concerns none. */
export interface Row {
  /** µs since the first call. */
  readonly at: number;
  readonly pid: number;
  /** The function that does it. */
  readonly name: string;
  /** Undefined for a call without an object. */
  readonly deed: Deed | undefined;
  /** A call that lasts has two rows: what it asks for, and what comes of it. */
  readonly phase: "whole" | "asked" | "done";
  /** Which of the calls; several where the same is done again and again. */
  readonly calls: number[];
  readonly failed: boolean;
  /** How many bytes it has moved, where that is known. */
  readonly moved: number | undefined;
}
