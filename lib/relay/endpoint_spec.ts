/**
 * The parameters of a relay's end.
 *
 * @module
 */

import type { Checked } from "./options.ts";

/** The parameters of an end. */
export interface EndpointSpec {
  /** The text of the end, as typed. */
  readonly name: string;
  /** The part after the scheme. */
  readonly rest: string;
  readonly side: "from" | "to";
  /** Whether the other end waits for answers. */
  readonly asked: boolean;
  readonly options: Checked;
}
