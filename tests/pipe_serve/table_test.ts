/**
 * The table of HTTP exchanges from the server's side: each method, with and
 * without a body, over a fresh and over a kept connection. Each request is seen
 * once, and the server serves the next one.
 */

import { assertEquals } from "@std/assert";
import { createPipeClient, pipeFetch, servePipe } from "../../mod.ts";
import {
  type Cell,
  cellsOf,
  hasBody,
  log,
  outcomeOf,
  requestBody,
} from "../pipe_fetch/cells.ts";
import { uniqueName } from "../support/names.ts";
import "../support/native.ts";

/** What the handler does, when the client leaves, and what both see. */
interface Situation {
  readonly applies?: (cell: Cell) => boolean;
  readonly large?: boolean;
  /** Answers; `left` resolves when the client has left. */
  answer(request: Request, left: Promise<void>): Promise<Response>;
  /** Whether the client leaves when the handler is called, or has a part. */
  readonly leaves?: "asked" | "reading";
  readonly outcome: (cell: Cell) => string;
}

const part = () =>
  new ReadableStream({
    start: (controller) => controller.enqueue(new Uint8Array([104, 101])),
  });
const said = (status: number, text: string) => ({ method }: Cell) =>
  `${status} ${method === "HEAD" ? "" : text}`;

const SITUATIONS: Record<string, Situation> = {
  "reads the body, and answers": {
    answer: async (request) => new Response(`${(await request.text()).length}`),
    outcome: (cell) => said(200, hasBody(cell) ? "30" : "0")(cell),
  },
  "reads a large body, and answers in chunks": {
    large: true,
    applies: ({ method, body }) => method === "POST" && body !== "none",
    async answer(request) {
      const text = new TextEncoder().encode(`${(await request.text()).length}`);
      return new Response(ReadableStream.from([text]));
    },
    outcome: () => "200 1000000",
  },
  "answers without reading": {
    answer: () => Promise.resolve(new Response("hello")),
    outcome: said(200, "hello"),
  },
  "answers early, and closes": {
    large: true,
    applies: hasBody,
    answer: () =>
      Promise.resolve(
        new Response("no", { status: 413, headers: { connection: "close" } }),
      ),
    outcome: () => "413 no",
  },
  "throws": {
    answer: () => Promise.reject(new Error("boom")),
    outcome: said(500, "sorry"),
  },
  "answers without content": {
    answer: () => Promise.resolve(new Response(null, { status: 204 })),
    outcome: () => "204 ",
  },
  "never answers, and the client leaves": {
    leaves: "asked",
    answer: (_request, left) => left.then(() => new Response("late")),
    outcome: () => "reason",
  },
  "answers without an end, and the client leaves": {
    leaves: "reading",
    applies: ({ method }) => method !== "HEAD",
    answer: () => Promise.resolve(new Response(part())),
    outcome: () => "reason",
  },
};

for (const [name, situation] of Object.entries(SITUATIONS)) {
  Deno.test(`servePipe() where the handler or the client does so: ${name}`, async () => {
    const { applies, large = false, answer, leaves, outcome } = situation;
    const reason = new Error("enough");
    const seen = new Map<string, number>();
    let over = new AbortController();
    let left = Promise.withResolvers<void>();
    await using server = servePipe({
      pipe: uniqueName(),
      onError: () => new Response("sorry", { status: 500 }),
    }, (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === "/other") return new Response("other");
      seen.set(pathname, (seen.get(pathname) ?? 0) + 1);
      request.signal.addEventListener("abort", () => left.resolve());
      if (leaves === "asked") over.abort(reason);
      return answer(request, left.promise);
    });
    let cells = 0;
    for (const cell of cellsOf(applies)) {
      const { method, body, connection } = cell;
      over = new AbortController();
      left = Promise.withResolvers();
      await using pipe = createPipeClient(server.name);
      if (connection === "kept") {
        await (await pipeFetch("http://./other", { pipe })).text();
      }
      const path = `/${++cells}`;
      const shown = `${name} ${JSON.stringify(cell)}`;
      const got = await outcomeOf(
        () =>
          pipeFetch(`http://.${path}`, {
            pipe,
            method,
            body: requestBody(body, large),
            signal: over.signal,
          }),
        reason,
        () => leaves === "reading" && over.abort(reason),
      );
      assertEquals([got, seen.get(path)], [outcome(cell), 1], shown);
      if (leaves !== undefined) await left.promise;
      const after = await pipeFetch("http://./other", { pipe });
      assertEquals(await after.text(), "other", shown);
    }
    log(`servePipe(), ${name}: ${cells} cells`);
  });
}
