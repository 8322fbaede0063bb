/** What HTTP over pipes is given: responses and requests, right ones and wrong ones. */

import { assert, assertEquals } from "@std/assert";
import {
  HttpConnection,
  type Transport,
} from "../../../lib/pipe_fetch/connection.ts";
import { exchange } from "../../../lib/pipe_fetch/exchange.ts";
import {
  connectPipe,
  createPipeClient,
  listenPipe,
  pipeFetch,
  servePipe,
} from "../../../mod.ts";
import { uniqueName } from "../../support/names.ts";
import "../../support/native.ts";
import { CASES, reportCases } from "./cases.ts";
import { logSeed, Random, SEED } from "./random.ts";

const RESPONSES = CASES["HTTP responses"];
const REQUESTS = CASES["HTTP requests"];
const IN_MEMORY = CASES["HTTP responses in memory"];
/** No response takes longer to be taken or refused, in ms. */
const TIMEOUT_MS = 60_000;

const { BrokenPipe, InvalidData, UnexpectedEof } = Deno.errors;
const utf8 = (text: string) => new TextEncoder().encode(text);

Deno.test(`HTTP responses: ${IN_MEMORY} of them, cut anywhere, give what was sent or are refused`, async () => {
  logSeed(`${IN_MEMORY} responses in memory`);
  const random = new Random("responses in memory");
  let whole = 0;
  let tried = 0;
  for (let i = 0; i < IN_MEMORY; i++) {
    const { sent, body } = response(random);
    const right = random.chance(0.4);
    const bytes = right ? sent : random.mutated(sent);
    try {
      const got = await received(bytes, random);
      if (right) assertEquals(got, body);
      assert(got.byteLength <= bytes.byteLength);
      whole++;
    } catch (error) {
      const ours = [BrokenPipe, InvalidData, UnexpectedEof]
        .some((Kind) => error instanceof Kind);
      if (right || !ours) {
        throw new Error(`Response ${i} of seed ${SEED}`, { cause: error });
      }
    }
    tried++;
  }
  reportCases("HTTP responses in memory", tried);
  assert(whole > 0 && whole < IN_MEMORY, `${whole} of them whole`);
});

Deno.test(`HTTP over a pipe: ${RESPONSES} hostile responses end well`, async () => {
  logSeed(`${RESPONSES} responses`);
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
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const body = await response.bytes();
      assert(body.byteLength <= bytes.byteLength);
      whole++;
    } catch (error) {
      const late = performance.now() - since >= TIMEOUT_MS;
      if (!late && error instanceof Error) continue;
      throw new Error(`Response ${i} of seed ${SEED}`, { cause: error });
    } finally {
      await serving;
      tried++;
    }
  }
  reportCases("HTTP responses", tried);
  assert(whole > 0 && whole < RESPONSES, `${whole} of them whole`);

  /** Answers one request, and closes. */
  async function serve(bytes: Uint8Array): Promise<void> {
    await using connection = await listener.accept();
    await connection.read(new Uint8Array(4096));
    for (const piece of random.pieces(bytes)) {
      // The client hangs up on what is no HTTP.
      await connection.write(piece).catch(() => {});
    }
  }
});

Deno.test(`servePipe(): ${REQUESTS} hostile requests end well`, async () => {
  logSeed(`${REQUESTS} requests`);
  const random = new Random("requests");
  const failed: unknown[] = [];
  const sizes: number[] = [];
  await using server = servePipe({
    pipe: uniqueName(),
    onError(error) {
      failed.push(error);
      return new Response(null, { status: 500 });
    },
  }, async (request) => {
    if (new URL(request.url).pathname === "/after") return new Response("ok");
    try {
      sizes.push((await request.bytes()).byteLength);
    } catch (error) {
      // The rest of the body has not come, or is invalid.
      const ours = [InvalidData, UnexpectedEof]
        .some((Kind) => error instanceof Kind);
      if (!ours) throw error;
    }
    return new Response("taken");
  });
  let tried = 0;
  for (let i = 0; i < REQUESTS; i++) {
    const sample = random.pick(REQUEST_SAMPLES);
    const bytes = random.chance(0.1) ? sample : random.mutated(sample);
    await using client = await connectPipe(server.name);
    for (const piece of random.pieces(bytes)) {
      // The server hangs up on what is no HTTP.
      await client.write(piece).catch(() => {});
    }
    tried++;
  }
  const response = await pipeFetch("http://./after", { pipe: server.name });
  assertEquals(await response.text(), "ok");
  // It waits for the handlers, whose clients have left.
  await server.shutdown();
  assertEquals(failed, []);
  assert(sizes.includes(0) && sizes.includes(5), `${sizes}`);
  assert(Math.max(...sizes) <= MAX_REQUEST, `${sizes}`);
  reportCases("HTTP requests", tried);
});

const MAX_REQUEST = 1000;
const REQUEST_SAMPLES = [
  "GET /a%20b?c HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n",
  "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
  "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nx: y\r\n\r\n",
  "PUT / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi",
  "GET / HTTP/1.1\r\nHost: x\r\n\r\nHEAD / HTTP/1.1\r\nHost: x\r\n\r\n",
  "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
  "OPTIONS * HTTP/1.0\r\n\r\n",
].map(utf8);

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

/** A response that is right, and its body. */
function response(random: Random): { sent: Uint8Array; body: Uint8Array } {
  const body = random.bytes(random.below(600));
  let head = "HTTP/1.1 100 Continue\r\n\r\n".repeat(random.below(3)) + HEAD;
  for (let i = random.below(4); i > 0; i--) {
    head += `X-${i}:${" ".repeat(random.below(3))}${random.u32()}\t \r\n`;
  }
  switch (random.below(3)) {
    case 0:
      return { sent: joined(utf8(`${head}\r\n`), body), body };
    case 1:
      head += `content-length: ${body.byteLength}\r\n\r\n`;
      return { sent: joined(utf8(head), body), body };
    default: {
      const chunks = random.pieces(body).flatMap((piece) => [
        utf8(
          `${piece.byteLength.toString(16)}${random.pick(["", ";a=b"])}\r\n`,
        ),
        piece,
        utf8("\r\n"),
      ]);
      head += "Transfer-Encoding: Chunked\r\n\r\n";
      const end = utf8(`0\r\n${random.pick(["", "X-End: yes\r\n"])}\r\n`);
      return { sent: joined(utf8(head), ...chunks, end), body };
    }
  }
}

/** The body that a client takes from a server which sends `bytes` and closes. */
async function received(
  bytes: Uint8Array,
  random: Random,
): Promise<Uint8Array> {
  const rest = random.pieces(bytes);
  const transport: Transport = {
    read(buffer) {
      const piece = rest.shift();
      if (piece === undefined) return Promise.resolve(null);
      buffer.set(piece);
      return Promise.resolve(piece.byteLength);
    },
    write: () => Promise.resolve(),
    peek: () => ({ available: 0 }),
    ref() {},
    unref() {},
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const headers = new Headers();
  const { signal } = new AbortController();
  const connection = new HttpConnection(transport);
  const got = await exchange(
    { method: "GET", url: "http://./", headers, body: null },
    { connection, signal, release() {} },
  );
  return await got.bytes();
}

function joined(...parts: Uint8Array[]): Uint8Array {
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
