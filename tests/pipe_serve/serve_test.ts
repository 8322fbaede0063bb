/** HTTP servers on pipes, held against our own client and against raw bytes. */

import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertMatch,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  connectPipe,
  createPipeClient,
  FramedConnection,
  type PipeConnection,
  pipeFetch,
  servePipe,
  type ServePipeHandler,
  type ServePipeOptions,
} from "../../mod.ts";
import { bytes, text, uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { startScript } from "../support/peer.ts";

const { AddrInUse, BrokenPipe, NotFound, UnexpectedEof } = Deno.errors;

type Server = ReturnType<typeof servePipe>;

function serve(
  handler: ServePipeHandler,
  options: Partial<ServePipeOptions> = {},
): Server {
  return servePipe({ pipe: uniqueName(), ...options }, handler);
}

/** Writes `request`, and gives all that comes until the server closes. */
async function raw(server: Server, request: string): Promise<string> {
  await using connection = await connectPipe(server.name);
  await connection.write(bytes(request));
  return await rest(connection);
}

async function rest(connection: PipeConnection): Promise<string> {
  return await new Response(connection.readable).text();
}

/** Reads up to `end`. */
async function until(connection: PipeConnection, end: string): Promise<string> {
  const buffer = new Uint8Array(999);
  let got = "";
  while (!got.endsWith(end)) {
    const length = await connection.read(buffer);
    assert(length !== null, got);
    got += text(buffer.subarray(0, length));
  }
  return got;
}

const GET = "GET / HTTP/1.1\r\nHost: x\r\n";

Deno.test("servePipe() gives the handler the request, and the client", async () => {
  await using server = serve(async (request, info) =>
    Response.json({
      url: request.url,
      method: request.method,
      header: request.headers.get("x-a"),
      body: await request.text(),
      peer: info.peer,
    }, { status: 201, statusText: "Made", headers: { "x-b": "c" } })
  );
  const response = await pipeFetch("http://host/a%20b?c=d", {
    pipe: server.name,
    method: "POST",
    headers: { "x-a": "ü" },
    body: "ünï 中文",
  });
  assertEquals([response.status, response.statusText], [201, "Made"]);
  assertEquals(response.headers.get("x-b"), "c");
  const { peer, ...seen } = await response.json();
  assertEquals(seen, {
    url: "http://host/a%20b?c=d",
    method: "POST",
    header: "ü",
    body: "ünï 中文",
  });
  assertEquals(peer.pid, Deno.pid);
  assertEquals(typeof peer.sessionId, "number");
});

Deno.test("servePipe() takes the handler first, and tells the name", async () => {
  const names: string[] = [];
  const pipe = uniqueName();
  await using server = servePipe(() => new Response("hi"), {
    pipe,
    onListen: (name) => names.push(name),
  });
  assertEquals(names, [`\\\\.\\pipe\\${pipe}`]);
  assertEquals(server.name, names[0]);
  assertEquals(await (await pipeFetch("http://./", { pipe })).text(), "hi");
  assertThrows(() => servePipe({ pipe }, () => new Response()), AddrInUse);
});

Deno.test("servePipe() knows the client's user", async () => {
  await using server = serve((_request, { user }) => Response.json(user()));
  const response = await pipeFetch("http://./", { pipe: server.name });
  assertMatch((await response.json()).name, /./);
});

Deno.test("servePipe() answers another process", async () => {
  await using server = serve(async (request, { peer }) =>
    Response.json([peer.pid, await request.text()])
  );
  const script = new URL("./peers/client.ts", import.meta.url);
  await using peer = startScript(script, [server.name]);
  const [pid, sent, got] = JSON.parse(await peer.line());
  assertEquals([pid !== Deno.pid, got], [true, [pid, sent]]);
});

Deno.test("servePipe() streams both ways at the same time", async () => {
  await using server = serve((request) =>
    new Response(request.body!.pipeThrough(
      new TransformStream({
        transform(chunk, controller) {
          controller.enqueue(bytes(text(chunk).toUpperCase()));
        },
      }),
    ))
  );
  const { readable, writable } = new TransformStream<Uint8Array>();
  const writer = writable.getWriter();
  const first = writer.write(bytes("one"));
  const response = await pipeFetch("http://./", {
    pipe: server.name,
    method: "POST",
    body: readable,
  });
  const reader = response.body!.getReader();
  assertEquals(text((await reader.read()).value!), "ONE");
  await first;
  await writer.write(bytes("two"));
  assertEquals(text((await reader.read()).value!), "TWO");
  await writer.close();
  assertEquals((await reader.read()).done, true);
});

Deno.test("servePipe() carries large bodies, and the length of those that it knows", async () => {
  await using server = serve(async (request) =>
    new Response(await request.text())
  );
  const body = "0123456789".repeat(200_000);
  const init = { pipe: server.name, method: "POST", body };
  const response = await pipeFetch("http://./", init);
  assertEquals(response.headers.get("content-length"), "2000000");
  assertEquals(await response.text() === body, true);
});

Deno.test("servePipe() keeps a connection, and closes it where it is idle for too long", async () => {
  await using server = serve(() => new Response("ok"), { keepAliveTimeout: 1 });
  await using connection = await connectPipe(server.name);
  // The second request comes when the first exchange is over.
  await connection.write(bytes(`${GET}\r\n`));
  let first = "";
  const buffer = new Uint8Array(999);
  while (!first.endsWith("\r\n\r\nok")) {
    first += text(buffer.subarray(0, (await connection.read(buffer))!));
  }
  await connection.write(bytes(`${GET}\r\n`));
  assertMatch(await rest(connection), /^HTTP\/1.1 200 OK[^]*\r\n\r\nok$/);
});

Deno.test("servePipe() closes the connection where either side says so", async () => {
  await using server = serve((request) =>
    new Response("ok", {
      headers: new URL(request.url).pathname === "/close"
        ? { connection: "close" }
        : {},
    }), { keepAliveTimeout: 0 });
  for (
    const request of [
      `${GET}Connection: close\r\n\r\n`,
      GET.replace("/", "/close") + "\r\n",
      "GET / HTTP/1.0\r\n\r\n",
    ]
  ) {
    assertMatch(await raw(server, request), /^HTTP\/1.1 200 OK[^]*\r\n\r\nok$/);
  }
});

Deno.test("servePipe() closes the connection as the client says, whatever the response says", async () => {
  const headers = { connection: "keep-alive" };
  await using server = serve(() => new Response("ok", { headers }), {
    keepAliveTimeout: 1,
  });
  for (
    const request of [
      `${GET}Connection: close\r\n\r\n`,
      "GET / HTTP/1.0\r\n\r\n",
      "PUT / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n",
    ]
  ) {
    const answer = await raw(server, request);
    assertMatch(answer, /^HTTP\/1.1 200 OK\r\n[^]*\r\n\r\nok$/);
    assertMatch(answer, /\r\nconnection: [^\r]*close\r\n/i);
  }
});

Deno.test("servePipe() keeps an idle connection for the longest time", async () => {
  await using server = serve(() => new Response("ok"), {
    keepAliveTimeout: 2 ** 31 - 1,
  });
  await using connection = await connectPipe(server.name);
  await connection.write(bytes(`${GET}\r\n`));
  await until(connection, "\r\n\r\nok");
  // Null would be the end.
  const error = await assertRejects(
    () => connection.read(new Uint8Array(1), { timeout: 300 }),
    DOMException,
  );
  assertEquals(error.name, "TimeoutError");
});

Deno.test("servePipe() says to continue when the body is first read", async () => {
  const asked = Promise.withResolvers<void>();
  await using server = serve(async (request) => {
    await asked.promise;
    return new Response(await request.text());
  });
  await using connection = await connectPipe(server.name);
  await connection.write(
    bytes(
      "PUT / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: 3\r\n\r\n",
    ),
  );
  asked.resolve();
  const lines = new FramedConnection(connection, "line");
  assertEquals(text((await lines.readMessage())!), "HTTP/1.1 100 Continue");
  await connection.write(bytes("abc"));
  const all: string[] = [];
  for await (const line of lines.messages()) all.push(text(line));
  assertEquals([all[1], all.at(-1)], ["HTTP/1.1 200 OK", "abc"]);
});

Deno.test("servePipe() does not say to continue within its response", async () => {
  const begun = Promise.withResolvers<void>();
  async function* answer(request: Request) {
    yield bytes("begin");
    await begun.promise;
    yield await request.bytes();
  }
  await using server = serve((request) =>
    new Response(ReadableStream.from(answer(request)))
  );
  await using connection = await connectPipe(server.name);
  await connection.write(
    bytes(
      "PUT / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n",
    ),
  );
  let got = await until(connection, "begin\r\n");
  begun.resolve();
  await connection.write(bytes("abc"));
  got += await rest(connection);
  assertMatch(
    got,
    /^HTTP\/1.1 200 OK\r\n[^]*\r\n\r\n5\r\nbegin\r\n3\r\nabc\r\n0\r\n\r\n$/,
  );
});

Deno.test("servePipe() refuses a body that it did not ask for, and closes", async () => {
  await using server = serve(() => new Response("no", { status: 403 }));
  const answer = await raw(
    server,
    "PUT / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n",
  );
  assertMatch(answer, /^HTTP\/1.1 403 Forbidden\r\n[^]*connection: close/i);
});

Deno.test("servePipe() drops a body that is not read, and keeps its connection", async () => {
  await using server = serve(() => new Response("early"));
  await using pipe = createPipeClient(server.name);
  for (let i = 0; i < 3; i++) {
    const body = "x".repeat(300_000);
    const response = await pipeFetch("http://./", {
      pipe,
      method: "POST",
      body,
    });
    assertEquals(await response.text(), "early");
  }
});

Deno.test("servePipe() drops no more of a body than its limit", async () => {
  await using server = serve(() => new Response("early"));
  await using connection = await connectPipe(server.name);
  await connection.write(
    bytes("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n"),
  );
  let sent = 0;
  await assertRejects(async () => {
    for (;;) sent += await connection.write(new Uint8Array(65_536));
  }, BrokenPipe);
  // What is in the buffers of the pipe counts, too.
  assert(sent < 2_500_000, `${sent} bytes`);
  assertStringIncludes(await rest(connection), "early");
});

for (
  const [what, request] of Object.entries({
    "both lengths":
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two lengths":
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
    "a blank before the colon":
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length : 3\r\n\r\nabc",
    "a coding that is not the last":
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "a bare line feed": "GET / HTTP/1.1\nHost: x\n\n",
    "no host": "GET / HTTP/1.1\r\n\r\n",
    "a bad chunk":
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "another protocol": "\x16\x03\x01\x02\0\x01\0\x01",
  })
) {
  Deno.test(`servePipe() refuses an ambiguous request: ${what}`, async () => {
    let bodies = 0;
    await using server = serve(async (request) => {
      await request.text();
      bodies++;
      return new Response();
    }, { onError: () => new Response(null, { status: 500 }) });
    const answer = await raw(server, request);
    assertMatch(answer, /^(HTTP\/1.1 400 Bad Request\r\n|$)/);
    assertEquals(bodies, 0);
    const after = await pipeFetch("http://./", { pipe: server.name });
    assertEquals(after.status, 200);
  });
}

Deno.test("servePipe() refuses what Request cannot hold", async () => {
  await using server = serve(() => new Response("no"));
  const close = "Connection: close\r\n";
  for (
    const [line, status] of [
      ["TRACE /", 400],
      ["GET x", 400],
      ["GET ftp://x/", 400],
      ["CONNECT x:1", 501],
    ]
  ) {
    const answer = await raw(
      server,
      `${line} HTTP/1.1\r\nHost: x\r\n${close}\r\n`,
    );
    assertStringIncludes(answer, `HTTP/1.1 ${status} `, `${line}`);
  }
  const large = `GET / HTTP/1.1\r\nHost: x\r\nX: ${"y".repeat(70_000)}\r\n\r\n`;
  assertStringIncludes(await raw(server, large), "HTTP/1.1 431 ");
});

Deno.test("servePipe() makes a URL of each form of target and host", async () => {
  await using server = serve(({ url }) => new Response(url), {});
  const urlOf = async (line: string, host: string) => {
    const answer = await raw(
      server,
      `${line} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
    );
    return answer.split("\r\n\r\n")[1];
  };
  assertEquals(await urlOf("GET /a?b", "x:8"), "http://x:8/a?b");
  assertEquals(await urlOf("GET //a/b", "x"), "http://x//a/b");
  assertEquals(await urlOf("OPTIONS *", "x"), "http://x/*");
  assertEquals(await urlOf("GET http://y/z", "x"), "http://y/z");
  assertEquals(await urlOf("GET /a", "//./pipe/x"), "http://localhost/a");
  assertEquals(await urlOf("GET /a", "x@y"), "http://localhost/a");
});

function withLength(
  length: string,
  body: string | null,
  init: ResponseInit = {},
): Response {
  return new Response(body, { ...init, headers: { "content-length": length } });
}

Deno.test("servePipe() gives errors of the handler to onError", async () => {
  const errors: unknown[] = [];
  await using server = serve((request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/throw") throw new Error("boom");
    if (pathname === "/nothing") return undefined as unknown as Response;
    if (pathname === "/error") return Response.error();
    if (pathname === "/upgrade") return new Response(null, { status: 101 });
    if (pathname === "/reset") return withLength("5", null, { status: 205 });
    if (pathname === "/hex") return withLength("0x5", "hello");
    if (pathname === "/list") return withLength("5, 5", "hello");
    const response = new Response("used");
    void response.text();
    return response;
  }, {
    onError(error) {
      errors.push(error);
      return new Response("sorry", { status: 503 });
    },
  });
  const paths = ["throw", "nothing", "error", "upgrade", "reset", "hex"];
  for (const path of [...paths, "list", "used"]) {
    const response = await pipeFetch(`http://./${path}`, { pipe: server.name });
    assertEquals([response.status, await response.text()], [503, "sorry"]);
  }
  assertEquals(errors.map((error) => (error as Error).message), [
    "boom",
    'Invalid response "undefined": the handler must return a Response',
    "Invalid response: Response.error() cannot be sent",
    "Invalid response: the status 101 must not end a request",
    "Invalid response: its Content-Length is 5, and its body has 0 bytes",
    'Invalid response: its Content-Length is "0x5"; give one, in decimal digits',
    'Invalid response: its Content-Length is "5, 5"; give one, in decimal digits',
    "Invalid response: its body was read before",
  ]);
});

Deno.test("servePipe() sends the status of onError, and its text, for a response that cannot be sent", async () => {
  await using server = serve(
    // Fetch allows it in a header, and HTTP does not.
    () => new Response("no", { headers: { "x-a": "\x01" } }),
    { onError: () => new Response("sorry", { status: 500 }) },
  );
  const answer = await raw(server, `${GET}Connection: close\r\n\r\n`);
  assertMatch(answer, /^HTTP\/1.1 500 Internal Server Error\r\n[^]*sorry$/);
});

Deno.test("servePipe() leaves out headers that Deno.serve does, or that would announce what does not come", async () => {
  const close = { connection: "close" };
  await using server = serve(({ url }) => {
    const { pathname } = new URL(url);
    const headers = { ...close, trailer: "x-a", "transfer-encoding": "gzip" };
    const status = Number(pathname.slice(1));
    if (status >= 200) {
      return new Response(null, {
        status,
        headers: { ...close, "content-length": "5" },
      });
    }
    if (pathname === "/known") return new Response("hi", { headers });
    return new Response(new ReadableStream(), { headers });
  });
  const answer = (path: string) => raw(server, GET.replace("/", path) + "\r\n");
  for (const status of [204, 304]) {
    const got = await answer(`/${status}`);
    assertMatch(got, new RegExp(`^HTTP/1.1 ${status} [^]*\r\n\r\n$`));
    assertEquals(/content-length|transfer-encoding/i.test(got), false, got);
  }
  const known = (await answer("/known")).toLowerCase();
  assertMatch(known, /^http\/1.1 200 ok\r\n[^]*\r\n\r\nhi$/);
  const framing = /^(?:trailer|content-length|transfer-encoding):.*/gm;
  assertEquals(known.match(framing), ["content-length: 2"]);
  const { headers, body } = await pipeFetch("http://./stream", {
    pipe: server.name,
  });
  assertEquals(
    [headers.get("trailer"), headers.get("transfer-encoding")],
    [null, "chunked"],
  );
  await body!.cancel();
});

Deno.test("servePipe() closes the connection where a body fails, or has another length", async () => {
  const errors: unknown[] = [];
  /** Resolves when the client has the head, after which it cannot change. */
  let head = Promise.withResolvers<void>();
  const body = (first: string, ...parts: string[]) =>
    new ReadableStream({
      start: (controller) => controller.enqueue(bytes(first)),
      async pull(controller) {
        await head.promise;
        const part = parts.shift();
        if (part === undefined) return controller.error(new Error("broken"));
        if (part === "end") return controller.close();
        controller.enqueue(bytes(part));
      },
    });
  const length = { headers: { "content-length": "4" } };
  const responses: Record<string, () => Response> = {
    "/fails": () => new Response(body("ab")),
    "/short": () => new Response(body("ab", "end"), length),
    "/long": () => new Response(body("ab", "cdefg", "end"), length),
  };
  const ends: Promise<unknown>[] = [];
  await using server = serve(
    ({ url, signal }, { completed }) => {
      ends.push(completed.catch((error) => [error, signal.reason]));
      return responses[new URL(url).pathname]!();
    },
    {
      onError(error) {
        errors.push(error);
        return new Response();
      },
    },
  );
  for (const path of Object.keys(responses)) {
    head = Promise.withResolvers();
    const response = await pipeFetch(`http://.${path}`, { pipe: server.name });
    head.resolve();
    await assertRejects(() => response.text(), UnexpectedEof, "", path);
  }
  assertEquals(errors.map((error) => (error as Error).message), [
    "broken",
    "Invalid response: its Content-Length is 4, and its body has 2 bytes",
    "Invalid response: its Content-Length is 4, and its body has 7 bytes or more",
  ]);
  // No client left, so neither does the signal say so.
  assertEquals(await Promise.all(ends), errors.map((error) => [error, error]));
});

Deno.test("servePipe() aborts the signal of a request whose client leaves", async () => {
  const told = Promise.withResolvers<unknown[]>();
  const begun = Promise.withResolvers<void>();
  await using server = serve((request, { completed }) => {
    begun.resolve();
    return new Promise((resolve) => {
      request.signal.addEventListener("abort", () => {
        completed.catch((error) =>
          told.resolve([request.signal.reason, error])
        );
        resolve(new Response("late"));
      });
    });
  });
  const client = await connectPipe(server.name);
  await client.write(bytes(`${GET}\r\n`));
  await begun.promise;
  client.close();
  const [reason, error] = await told.promise;
  assertInstanceOf(reason, BrokenPipe);
  assertEquals(error, reason);
});

Deno.test("servePipe() cancels the body of a client that leaves, and fails the body that it sends", async () => {
  const cancelled = Promise.withResolvers<void>();
  const failed = Promise.withResolvers<unknown>();
  await using server = serve((request) => {
    if (request.body !== null) {
      request.text().catch(failed.resolve);
    }
    return new Response(
      new ReadableStream({
        start: (controller) => controller.enqueue(bytes("first")),
        cancel: () => cancelled.resolve(),
      }),
    );
  });
  const response = await pipeFetch("http://./", { pipe: server.name });
  const reader = response.body!.getReader();
  assertEquals(text((await reader.read()).value!), "first");
  await reader.cancel();
  await cancelled.promise;
  const client = await connectPipe(server.name);
  await client.write(
    bytes("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc"),
  );
  assertEquals(await client.read(new Uint8Array(1)), 1);
  client.close();
  assertInstanceOf(await failed.promise, UnexpectedEof);
});

Deno.test("servePipe() fails a body that is read after the response", async () => {
  const body = Promise.withResolvers<Request>();
  await using server = serve((request) => {
    body.resolve(request);
    return new Response("first");
  });
  const init = { pipe: server.name, method: "POST", body: "x".repeat(99_999) };
  const response = await pipeFetch("http://./", init);
  assertEquals(await response.text(), "first");
  const error = await assertRejects(async () => (await body.promise).text());
  assertInstanceOf(error, Deno.errors.BadResource);
});

Deno.test("servePipe() resolves `completed` when the response is written", async () => {
  const done = Promise.withResolvers<void>();
  await using server = serve((request, { completed }) => {
    completed.then(() => done.resolve(), done.reject);
    request.signal.addEventListener(
      "abort",
      () => done.reject(new Error("no")),
    );
    return new Response("ok");
  });
  await (await pipeFetch("http://./", { pipe: server.name })).text();
  await done.promise;
});

Deno.test("servePipe() serves others while a client is silent or slow, and closes it in time", async () => {
  await using server = serve(() => new Response("ok"), { headTimeout: 300 });
  await using silent = await connectPipe(server.name);
  await using slow = await connectPipe(server.name);
  await slow.write(bytes("GET / HT"));
  const response = await pipeFetch("http://./", { pipe: server.name });
  assertEquals(await response.text(), "ok");
  for (const connection of [silent, slow]) {
    assertStringIncludes(
      await rest(connection),
      "HTTP/1.1 408 Request Timeout",
    );
  }
});

Deno.test("servePipe() waits for requests at a shutdown, and then ends", async () => {
  const begun = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<Response>();
  const server = serve(() => {
    begun.resolve();
    return answer.promise;
  });
  await using idle = await connectPipe(server.name);
  const asked = pipeFetch("http://./", { pipe: server.name });
  await begun.promise;
  const over = server.shutdown();
  assertEquals(await idle.read(new Uint8Array(1)), null);
  answer.resolve(new Response("last"));
  assertEquals(await (await asked).text(), "last");
  await over;
  await server.finished;
  await assertRejects(() => connectPipe(server.name), NotFound);
  await server.shutdown();
});

Deno.test("servePipe() closes everything when its signal is aborted", async () => {
  const over = new AbortController();
  const reason = new Error("enough");
  const ended = Promise.withResolvers<unknown[]>();
  const server = serve(async ({ body, signal }, { completed }) => {
    const reader = body!.getReader();
    assertEquals(text((await reader.read()).value!), "abc");
    const rest = reader.read();
    over.abort(reason);
    const ends = await Promise.allSettled([rest, completed]);
    ended.resolve([
      signal.reason,
      ...ends.map((end) => end.status === "rejected" && end.reason),
    ]);
    return new Response();
  }, { signal: over.signal });
  await using client = await connectPipe(server.name);
  await client.write(
    bytes("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc"),
  );
  assertEquals(await client.read(new Uint8Array(1)), null);
  // It is not the client that has left.
  assertEquals(await ended.promise, [reason, reason, reason]);
  await server.finished;
  await assertRejects(() => connectPipe(server.name), NotFound);
  assertThrows(
    () => serve(() => new Response(), { signal: over.signal }),
    Error,
    "enough",
  );
});

Deno.test("servePipe() waits for no handler whose client has left", async () => {
  const begun = Promise.withResolvers<void>();
  const aborted = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<Response>();
  const server = serve((request) => {
    request.signal.addEventListener("abort", () => aborted.resolve());
    begun.resolve();
    return answer.promise;
  });
  const client = await connectPipe(server.name);
  await client.write(bytes(`${GET}\r\n`));
  await begun.promise;
  client.close();
  await aborted.promise;
  await server.shutdown();
  // A late answer has nobody who reads it.
  const dropped = Promise.withResolvers<void>();
  answer.resolve(
    new Response(new ReadableStream({ cancel: () => dropped.resolve() })),
  );
  await dropped.promise;
});

Deno.test("servePipe() notices that a client leaves whose body is not read", async () => {
  const begun = Promise.withResolvers<void>();
  const aborted = Promise.withResolvers<unknown>();
  await using server = serve(({ signal }) => {
    signal.addEventListener("abort", () => aborted.resolve(signal.reason));
    begun.resolve();
    return new Promise(() => {});
  });
  const client = await connectPipe(server.name);
  const head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999\r\n\r\n";
  await client.write(bytes(head + "a".repeat(40_000)));
  await begun.promise;
  client.close();
  assertInstanceOf(await aborted.promise, BrokenPipe);
});

Deno.test("servePipe() gives the handler what a client sent before it left", async () => {
  const read = Promise.withResolvers<string>();
  await using server = serve(async (request) => {
    read.resolve(request.text());
    await read.promise;
    return new Response();
  });
  const client = await connectPipe(server.name);
  const head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n";
  await client.write(bytes(`${head}hello`));
  client.close();
  assertEquals(await read.promise, "hello");
});

Deno.test("servePipe() sends the head of a response whose body is silent", async () => {
  await using server = serve(() => new Response(new ReadableStream()));
  const response = await pipeFetch("http://./", { pipe: server.name });
  assertEquals(response.status, 200);
  await response.body!.cancel();
});

Deno.test("servePipe() closes the pipe when onListen fails", async () => {
  const pipe = uniqueName();
  const onListen = () => {
    throw new Error("no");
  };
  assertThrows(() => serve(() => new Response(), { pipe, onListen }), Error);
  await assertRejects(() => connectPipe(pipe), NotFound);
});

Deno.test("servePipe() gives its places to the next client, with maxInstances", async () => {
  await using server = serve(() => new Response("ok"), {
    maxInstances: 1,
    keepAliveTimeout: 1,
  });
  for (let i = 0; i < 3; i++) {
    await using pipe = createPipeClient(server.name);
    const response = await pipeFetch("http://./", { pipe });
    assertEquals(await response.text(), "ok");
  }
});

Deno.test("servePipe() closes a connection with more requests than it takes at once", async () => {
  let asked = 0;
  const answer = Promise.withResolvers<Response>();
  await using server = serve(() => {
    asked++;
    return answer.promise;
  });
  assertEquals(await raw(server, `${GET}\r\n`.repeat(500)), "");
  assertEquals(asked, 128);
  answer.resolve(new Response());
});

Deno.test("servePipe() checks its options", () => {
  const pipe = uniqueName();
  const handler = () => new Response();
  const wrong = (options: Record<string, unknown>) => () =>
    servePipe({ pipe, ...options } as ServePipeOptions, handler);
  assertThrows(wrong({ headTimeout: 0 }), RangeError, "headTimeout");
  assertThrows(wrong({ keepAliveTimeout: -1 }), RangeError, "keepAliveTimeout");
  assertThrows(wrong({ onError: 1 }), TypeError, "Invalid onError 1");
  assertThrows(wrong({ signal: 1 }), TypeError, "Invalid signal");
  assertThrows(wrong({ pipe: "" }), TypeError);
  assertThrows(wrong({ maxInstances: 0 }), RangeError);
  for (
    const [name, value] of Object.entries({
      mode: "text",
      maxInstances: 0,
      backlog: 0,
      inputBuffer: -1,
      outputBuffer: -1,
      sddl: "",
    })
  ) {
    const inherited = Object.create({ pipe, [name]: value });
    assertThrows(() => servePipe(inherited, handler), Error, "Invalid", name);
  }
  assertThrows(
    () => servePipe({ pipe } as never, {} as never),
    TypeError,
    "give options and a handler",
  );
});
