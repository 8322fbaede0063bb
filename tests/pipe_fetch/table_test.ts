/**
 * Every way an exchange can end, for each method, with and without a body, over
 * a fresh and over a kept connection. Each cell: it settles within a second, the
 * request is sent once (twice only where RFC 9110, section 9.2.2, allows it),
 * and the connection carries another request only where it may.
 */

import { assertEquals, assertInstanceOf } from "@std/assert";
import { connectPipe, createPipeClient, pipeFetch } from "../../mod.ts";
import {
  type Cell,
  cellsOf,
  hasBody,
  isRepeated,
  log,
  outcomeOf,
  requestBody,
  type Timed,
  timeOf,
} from "./cells.ts";
import { answer, type Asked, Server } from "./server.ts";

/** How an exchange ends. */
interface Expected {
  /** The whole answer, the class of the error, or the signal's reason. */
  readonly outcome: string;
  /** How often the server has the request. */
  readonly sent: number;
  /** Whether its connection carries the next request. */
  readonly reused?: boolean;
}

/** What the server does, and when the client aborts. */
interface Situation {
  readonly applies?: (cell: Cell) => boolean;
  /** Whether the body is more than the pipe takes at once. */
  readonly large?: boolean;
  /** Whether all of the body is read first. */
  readonly reads?: boolean;
  /** Whether the first request is read and closed upon, and only the next one treated so. */
  readonly once?: boolean;
  /** What is written. Nothing more is, where it says so. */
  readonly writes?: string;
  readonly then?: "close" | "keep" | "wait";
  /** Aborts when the request has come so far, or the answer. */
  readonly abort?: "before" | "dialing" | "sending" | "waiting" | "reading";
  readonly expected: (cell: Cell) => Expected;
}

const whole =
  (status: number, body: string, reused = false) => ({ method }: Cell) => ({
    outcome: `${status} ${method === "HEAD" ? "" : body}`,
    sent: 1,
    reused,
  });
const fails = (outcome: string) => () => ({ outcome, sent: 1 });
/** To HEAD the head is all. */
const failsBehindHead = (cell: Cell) =>
  cell.method === "HEAD"
    ? { outcome: "200 ", sent: 1 }
    : { outcome: "UnexpectedEof", sent: 1 };
const HALF = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
const OK = answer("200 OK", "hello");

const SITUATIONS: Record<string, Situation> = {
  "answers": { writes: OK, then: "keep", expected: whole(200, "hello", true) },
  "answers in chunks": {
    writes:
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    then: "keep",
    applies: ({ method }) => method !== "HEAD",
    expected: whole(200, "hello", true),
  },
  "answers, and will close": {
    writes: `HTTP/1.1 200 OK\r\nConnection: close\r\n${OK.slice(17)}`,
    then: "wait",
    expected: whole(200, "hello"),
  },
  "closes before the head": {
    then: "close",
    expected: (cell) => ({
      outcome: "BrokenPipe",
      sent: isRepeated(cell) ? 2 : 1,
    }),
  },
  "closes a kept connection, answers over a new one": {
    once: true,
    writes: OK,
    then: "keep",
    applies: ({ connection }) => connection === "kept",
    expected: (cell) =>
      isRepeated(cell)
        ? { ...whole(200, "hello", true)(cell), sent: 2 }
        : { outcome: "BrokenPipe", sent: 1 },
  },
  "closes in the head": {
    writes: "HTTP/1.1 200 O",
    then: "close",
    expected: fails("BrokenPipe"),
  },
  "closes after the head": {
    writes: HALF,
    then: "close",
    expected: failsBehindHead,
  },
  "closes in the middle": {
    writes: `${HALF}he`,
    then: "close",
    applies: ({ method }) => method !== "HEAD",
    expected: failsBehindHead,
  },
  "closes right behind the answer": {
    writes: OK,
    then: "close",
    expected: whole(200, "hello"),
  },
  "answers early and closes": {
    writes: answer("413 Content Too Large", "no"),
    then: "close",
    reads: false,
    large: true,
    applies: hasBody,
    expected: whole(413, "no"),
  },
  "answers early and reads no more": {
    writes: OK,
    then: "wait",
    reads: false,
    large: true,
    applies: hasBody,
    expected: whole(200, "hello"),
  },
  "aborted before dialling": {
    abort: "before",
    expected: () => ({ outcome: "reason", sent: 0 }),
  },
  "aborted while dialling": {
    abort: "dialing",
    applies: ({ connection }) => connection === "fresh",
    expected: () => ({ outcome: "reason", sent: 0 }),
  },
  "aborted while sending": {
    abort: "sending",
    then: "wait",
    reads: false,
    large: true,
    applies: hasBody,
    expected: fails("reason"),
  },
  "never answered, and aborted": {
    abort: "waiting",
    then: "wait",
    expected: fails("reason"),
  },
  "aborted while reading": {
    abort: "reading",
    writes: `${HALF}he`,
    then: "wait",
    applies: ({ method }) => method !== "HEAD",
    expected: fails("reason"),
  },
};

for (const [name, situation] of Object.entries(SITUATIONS)) {
  Deno.test(`pipeFetch() where the server or the caller does so: ${name}`, async () => {
    let cells = 0;
    let slowest = 0;
    for (const cell of cellsOf(situation.applies)) {
      const took = await timeOf(() => asExpected(cell, situation));
      slowest = Math.max(slowest, took);
      cells++;
    }
    log(`${name}: ${cells} cells, the slowest ${Math.round(slowest)} ms`);
  });
}

Deno.test("pipeFetch() refuses a body to GET and HEAD, and sends nothing", async () => {
  await using server = new Server(() => Promise.resolve("keep"));
  await using pipe = createPipeClient(server.name);
  for (const method of ["GET", "HEAD"]) {
    for (const kind of ["fixed", "stream"] as const) {
      const body = requestBody(kind, false);
      const asked = pipeFetch("http://./", { pipe, method, body });
      assertInstanceOf(await asked.catch((error) => error), TypeError);
    }
  }
  assertEquals(server.seen.length, 0);
});

/** Runs the exchange of a cell, which must end as the situation says. */
async function asExpected(cell: Cell, situation: Situation): Promise<Timed> {
  const { outcome, sent, reused, ...timed } = await run(cell, situation);
  const label = `${JSON.stringify(cell)} took ${Math.round(timed.took)} ms`;
  const expected = situation.expected(cell);
  assertEquals({ outcome, sent }, {
    outcome: expected.outcome,
    sent: expected.sent,
  }, label);
  if (sent > 0) assertEquals(reused, expected.reused ?? false, label);
  return timed;
}

async function run(
  { method, body: kind, connection }: Cell,
  situation: Situation,
): Promise<Expected & Timed & { reused: boolean }> {
  const { reads = true, large = false, writes, then, abort } = situation;
  const over = new AbortController();
  const reason = new Error("enough");
  /** Resolves when the caller has settled. */
  const gone = Promise.withResolvers<void>();
  const busy = abort === "dialing";
  await using server = new Server(handle, busy ? { maxInstances: 1 } : {});
  await using taken = busy ? await connectPipe(server.name) : undefined;
  await using pipe = createPipeClient(server.name);
  if (connection === "kept") {
    await (await pipeFetch("http://./first", { pipe })).text();
  }
  if (abort === "before") over.abort(reason);
  const since = performance.now();
  const asked = outcomeOf(
    () =>
      pipeFetch("http://./cell", {
        pipe,
        method,
        body: requestBody(kind, large),
        signal: over.signal,
      }),
    reason,
    () => abort === "reading" && over.abort(reason),
  ).finally(gone.resolve);
  if (busy) {
    await turn();
    over.abort(reason);
  }
  const outcome = await asked;
  const took = performance.now() - since;
  await taken?.[Symbol.asyncDispose]();
  const later = performance.now();
  const after = await pipeFetch("http://./after", { pipe });
  assertEquals([after.status, await after.text()], [200, "hello"]);
  const plain = performance.now() - later;
  const cells = server.seen.filter(({ path }) => path === "/cell");
  if (connection === "kept" && cells.length > 0) {
    assertEquals(cells[0]!.connection, 1, "It was kept");
  }
  return {
    outcome,
    sent: cells.length,
    reused: cells.at(-1)?.connection === server.seen.at(-1)!.connection,
    took,
    plain,
  };

  async function handle(asked: Asked): Promise<"keep" | "close"> {
    if (asked.path !== "/cell") {
      await asked.write(OK);
      return "keep";
    }
    if (situation.once && server.times("/cell") === 1) return "close";
    if (abort === "sending") over.abort(reason);
    if (reads) await asked.body();
    if (abort === "waiting") over.abort(reason);
    // An answer to HEAD is a head alone.
    const end = method === "HEAD" ? writes?.indexOf("\r\n\r\n") ?? -1 : -1;
    if (writes !== undefined) {
      await asked.write(end < 0 ? writes : writes.slice(0, end + 4));
    }
    if (then === "wait") {
      if (reads) await asked.closed();
      else await gone.promise;
    }
    return then === "keep" ? "keep" : "close";
  }
}

/** A turn of the event loop, in which a dialling begins. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
