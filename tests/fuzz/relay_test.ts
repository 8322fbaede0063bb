/** What relays and HTTP over pipes are given by others: frames and responses. */

import { assert, assertEquals } from "@std/assert";
import type { Channel } from "../../lib/relay/channel.ts";
import { framed, frameOf } from "../../lib/relay/framing.ts";
import { createPipeClient, listenPipe, pipeFetch } from "../../mod.ts";
import { uniqueName } from "../helpers/names.ts";
import "../helpers/native.ts";
import { CASES, tellCases } from "./cases.ts";
import { Random, SEED, tellSeed } from "./random.ts";

const STREAMS = CASES["frames by length"];
const RESPONSES = CASES["HTTP responses"];
const MAX_SIZE = 500;
/** No response takes longer to be taken or refused, in ms. */
const PATIENCE = 60_000;

const { Deno: { errors: { InvalidData, UnexpectedEof } } } = globalThis;
const { signal } = new AbortController();
const utf8 = (text: string) => new TextEncoder().encode(text);

for (const frame of ["length", "line"] as const) {
  Deno.test(`frames by ${frame}: ${STREAMS} streams, cut anywhere, give what was sent or are refused`, async () => {
    tellSeed(`${STREAMS} streams of frames by ${frame}`);
    const random = new Random(`frames ${frame}`);
    let tried = 0;
    for (let i = 0; i < STREAMS; i++) {
      const messages = Array.from(
        { length: random.below(6) },
        () => random.bytes(random.below(MAX_SIZE)).map(noLineEnd),
      );
      const sent = joined(messages.map((each) => frameOf(each, frame)));
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
    tellCases(`frames by ${frame}`, tried);
  });
}

Deno.test(`HTTP over a pipe: ${RESPONSES} hostile responses end well`, async () => {
  tellSeed(`${RESPONSES} responses`);
  const random = new Random("responses");
  await using listener = listenPipe(uniqueName());
  using client = createPipeClient(listener.name);
  let whole = 0;
  let tried = 0;
  for (let i = 0; i < RESPONSES; i++) {
    const sample = random.pick(SAMPLES);
    const bytes = random.chance(0.1) ? sample : random.mutated(sample);
    const serving = serve(bytes);
    const since = performance.now();
    try {
      const response = await pipeFetch("http://./x", {
        pipe: client,
        method: random.pick(["GET", "HEAD"]),
        signal: AbortSignal.timeout(PATIENCE),
      });
      const body = await response.bytes();
      assert(body.byteLength <= bytes.byteLength);
      whole++;
    } catch (error) {
      const late = performance.now() - since >= PATIENCE;
      if (!late && error instanceof Error) continue;
      throw new Error(`Response ${i} of seed ${SEED}`, { cause: error });
    } finally {
      await serving;
      tried++;
    }
  }
  tellCases("HTTP responses", tried);
  assert(whole > 0 && whole < RESPONSES, `${whole} of them whole`);

  /** Answers one request, and closes. */
  async function serve(bytes: Uint8Array): Promise<void> {
    await using connection = await listener.accept();
    await connection.read(new Uint8Array(4096));
    for (const piece of pieces(bytes, random)) {
      // The client hangs up on what is no HTTP.
      await connection.write(piece).catch(() => {});
    }
  }
});

const HEAD = "HTTP/1.1 200 OK\r\n";
const SAMPLES = [
  `${HEAD}Content-Length: 5\r\nX-Name: value\r\n\r\nhello`,
  `${HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
  `${HEAD}Content-Type: text/plain\r\nConnection: close\r\n\r\nto the end`,
  "HTTP/1.1 204 No Content\r\nSet-Cookie: a=b\r\nSet-Cookie: c=d\r\n\r\n",
  `HTTP/1.1 100 Continue\r\n\r\n${HEAD}Content-Length: 0\r\n\r\n`,
  "HTTP/1.1 101 Switching Protocols\r\nUpgrade: raw\r\nConnection: Upgrade\r\n\r\nraw",
  "HTTP/1.1 302 Found\r\nLocation: http://./y\r\nContent-Length: 0\r\n\r\n",
].map(utf8);

/** Neither a line's end nor the half of one that Windows puts before it. */
function noLineEnd(byte: number): number {
  return byte === 10 || byte === 13 ? 0 : byte;
}

/** A channel of bytes that come in pieces. */
function inPieces(bytes: Uint8Array, random: Random): Channel {
  const rest = pieces(bytes, random);
  return {
    boundaries: false,
    halves: false,
    receive: () => Promise.resolve(rest.shift() ?? null),
    close() {},
  };
}

function pieces(bytes: Uint8Array, random: Random): Uint8Array[] {
  const cut: Uint8Array[] = [];
  for (let at = 0; at < bytes.byteLength;) {
    const size = 1 + random.below(random.chance(0.3) ? 4 : 300);
    cut.push(bytes.subarray(at, at + size));
    at += size;
  }
  return cut;
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
