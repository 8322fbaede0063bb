/**
 * What an end of a relay is made for.
 *
 * @module
 */

import type { Checked } from "./options.ts";

/** What an end is made for. */
export interface Place {
  /** As it was typed. */
  readonly name: string;
  /** What stands behind the scheme. */
  readonly rest: string;
  readonly side: "from" | "to";
  /** Whether the other end waits for answers to what it sends. */
  readonly asked: boolean;
  readonly options: Checked;
}
