/** What the tests of HTTP over pipes share. */

import { startNode } from "../support/partners.ts";
import type { Peer } from "../support/peer.ts";

/** Node for Windows with a script of this folder. */
export function node(script: string, ...args: (string | number)[]): Peer {
  return startNode(new URL(`./peers/${script}.ts`, import.meta.url), args);
}

/** Reads `size` bytes. */
export async function readExactly(
  connection: { read(buffer: Uint8Array): Promise<number | null> },
  size: number,
): Promise<Uint8Array> {
  const whole = new Uint8Array(size);
  for (let at = 0; at < size;) {
    const length = await connection.read(whole.subarray(at));
    if (length === null) throw new Error(`The end came after ${at} bytes`);
    at += length;
  }
  return whole;
}
