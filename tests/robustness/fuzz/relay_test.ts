/** What relays are given by others: frames. */

import { assert, assertEquals } from "@std/assert";
import type { Channel } from "../../../lib/relay/channel.ts";
import { framed } from "../../../lib/relay/framing.ts";
import { encodeFrame } from "../../../mod.ts";
import { CASES, reportCases } from "./cases.ts";
import { logSeed, Random, SEED } from "./random.ts";

const STREAMS = CASES["frames by length"];
const MAX_SIZE = 500;

const { Deno: { errors: { InvalidData, UnexpectedEof } } } = globalThis;
const { signal } = new AbortController();

for (const frame of ["length", "line", "content-length"] as const) {
  Deno.test(`frames by ${frame}: ${STREAMS} streams, cut anywhere, give what was sent or are refused`, async () => {
    logSeed(`${STREAMS} streams of frames by ${frame}`);
    const random = new Random(`frames ${frame}`);
    let tried = 0;
    for (let i = 0; i < STREAMS; i++) {
      const messages = Array.from(
        { length: random.below(6) },
        () => random.bytes(random.below(MAX_SIZE)).map(noLineEnd),
      );
      const sent = joined(
        messages.map((each) =>
          encodeFrame(each, frame === "length" ? "u32be" : frame)
        ),
      );
      const right = random.chance(0.4);
      const bytes = right ? sent : random.mutated(sent);
      const channel = framed(inPieces(bytes, random), frame, MAX_SIZE);
      const got: Uint8Array[] = [];
      try {
        for (;;) {
          const message = await channel.receive!(signal);
          if (message === null) break;
          got.push(message);
        }
        if (right) assertEquals(got, messages);
      } catch (error) {
        const ours = error instanceof InvalidData ||
          error instanceof UnexpectedEof;
        if (right || !ours) {
          throw new Error(`Stream ${i} of seed ${SEED}`, { cause: error });
        }
      }
      assert(got.every(({ byteLength }) => byteLength <= MAX_SIZE));
      const size = got.reduce((sum, { byteLength }) => sum + byteLength, 0);
      assert(size <= bytes.byteLength);
      tried++;
    }
    reportCases(`frames by ${frame}`, tried);
  });
}

/** Neither a line's end nor the half of one that Windows puts before it. */
function noLineEnd(byte: number): number {
  return byte === 10 || byte === 13 ? 0 : byte;
}

/** A channel of bytes that come in pieces. */
function inPieces(bytes: Uint8Array, random: Random): Channel {
  const rest = random.pieces(bytes);
  return {
    messageBoundaries: false,
    halfClose: false,
    receive: () => Promise.resolve(rest.shift() ?? null),
    close() {},
  };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(
    parts.reduce((size, { byteLength }) => size + byteLength, 0),
  );
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.byteLength;
  }
  return bytes;
}
