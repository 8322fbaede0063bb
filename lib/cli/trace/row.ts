/**
 * The lines of a sequence diagram.
 *
 * @module
 */

import type { ObjectAction } from "./objects.ts";

/** An arrow between a process and an object, or a call that concerns none. */
export interface Row {
  /** µs since the first call. */
  readonly at: number;
  readonly pid: number;
  /** The function. */
  readonly name: string;
  /** Undefined for a call without an object. */
  readonly objectAction: ObjectAction | undefined;
  /** A call that lasts has two rows: its start and its result. */
  readonly phase: "whole" | "asked" | "done";
  /** The numbers of its calls; several if the same call is repeated. */
  readonly calls: number[];
  readonly failed: boolean;
  /** How many bytes it has moved, if it is known. */
  readonly moved: number | undefined;
}
