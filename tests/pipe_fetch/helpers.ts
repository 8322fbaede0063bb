/** What the tests of HTTP over pipes share. */

import { startNode } from "../support/partners.ts";
import type { Peer } from "../support/peer.ts";

/** Node for Windows with a script of this folder. */
export function node(script: string, ...args: (string | number)[]): Peer {
  return startNode(new URL(`./peers/${script}.ts`, import.meta.url), args);
}
