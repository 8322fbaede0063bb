/** Upgrades of servers on pipes to other protocols. */

import {
  assertEquals,
  assertInstanceOf,
  assertMatch,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  type BaseConnection,
  connectPipe,
  FramedConnection,
  type PipeConnection,
  pipeFetch,
  servePipe,
  type ServePipeHandler,
  type ServePipeOptions,
} from "../../mod.ts";
import { bytes, text, uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { readHead, upgrading } from "./raw_web_socket.ts";

const { BrokenPipe } = Deno.errors;

function serve(
  handler: ServePipeHandler,
  options: Partial<ServePipeOptions> = {},
): ReturnType<typeof servePipe> {
  return servePipe({ pipe: uniqueName(), ...options }, handler);
}

async function echo({ readable, writable }: BaseConnection): Promise<void> {
  await readable.pipeTo(writable);
}

/** Changes to the protocol "echo". */
const echoing: ServePipeHandler = (_request, { upgrade }) => {
  const { response, connection } = upgrade("echo");
  connection.then(echo).catch(() => {});
  response.headers.set("x-a", "ü");
  return response;
};

async function send(name: string, request: string) {
  const connection = await connectPipe(name);
  await connection.write(bytes(request));
  return connection;
}

async function take(
  connection: BaseConnection,
  length: number,
): Promise<string> {
  let got = "";
  const buffer = new Uint8Array(length);
  while (got.length < length) {
    const rest = buffer.subarray(0, length - got.length);
    const size = await connection.read(rest);
    if (size === null) break;
    got += text(buffer.subarray(0, size));
  }
  return got;
}

Deno.test("info.upgrade() changes the protocol, after the response", async () => {
  await using server = serve((request, info) => {
    info.completed.then(() => completed.resolve(), completed.reject);
    return echoing(request, info);
  });
  const completed = Promise.withResolvers<void>();
  await using client = await send(server.name, `${upgrading("h2c, Echo")}\r\n`);
  assertEquals(
    await readHead(client),
    "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: echo\r\nx-a: \xfc\r\n\r\n",
  );
  await completed.promise;
  for (const each of ["one", "two"]) {
    await client.write(bytes(each));
    assertEquals(await take(client, 3), each);
  }
});

const LARGE = bytes("x".repeat(500_000));

for (
  const [where, before, request] of [
    ["on a new connection", 0, ""],
    ["behind an answered request", 1, ""],
    ["behind unanswered requests", 2, ""],
    ["with a body", 0, "Content-Length: 2\r\n\r\nab"],
    [
      "with a body in chunks",
      2,
      "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n",
    ],
  ] as const
) {
  Deno.test(`info.upgrade() keeps what the client sends before the response, ${where}`, async () => {
    const later = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    await using server = serve(async (request, info) => {
      if (!request.headers.has("upgrade")) {
        const body = ReadableStream.from([LARGE, LARGE]);
        const headers = { "content-length": "1000000" };
        return new Response(body, { headers });
      }
      asked.resolve();
      await later.promise;
      return echoing(request, info);
    });
    const plain = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    const upgrade = `${
      upgrading("echo", "POST / HTTP/1.1") + (request || "\r\n")
    }one`;
    const takePlain = async (client: PipeConnection) => {
      assertStringIncludes(await readHead(client), "200 OK");
      assertEquals((await take(client, 1_000_000)).length, 1_000_000);
    };
    const first = before === 1 ? plain : plain.repeat(before) + upgrade;
    await using client = await send(server.name, first);
    for (let i = 0; i < before; i++) await takePlain(client);
    if (before === 1) await client.write(bytes(upgrade));
    await asked.promise;
    await client.write(bytes("two"));
    later.resolve();
    assertStringIncludes(await readHead(client), "101 Switching");
    await client.write(bytes("three"));
    assertEquals(await take(client, 11), "onetwothree");
  });
}

for (
  const [what, request] of Object.entries({
    "a length": "Content-Length: 7\r\n\r\n",
    "chunks": "Transfer-Encoding: chunked\r\n\r\n7\r\n",
    "a length, if asked to":
      "Expect: 100-continue\r\nContent-Length: 7\r\n\r\n",
  })
) {
  for (const reads of [true, false]) {
    Deno.test(`info.upgrade() comes after a body that ${reads ? "is" : "is not"} read, with ${what}`, async () => {
      await using server = serve(async (request, info) => {
        if (reads) assertEquals(await request.json(), { a: 1 });
        return echoing(request, info);
      });
      const head = upgrading("echo", "POST /exec HTTP/1.1");
      await using client = await send(server.name, head + request);
      if (request.startsWith("Expect")) {
        assertStringIncludes(await readHead(client), "100 Continue");
      }
      await client.write(bytes('{"a":'));
      await client.write(bytes("1}"));
      if (what === "chunks") await client.write(bytes("\r\n0\r\n\r\n"));
      assertStringIncludes(await readHead(client), "101 Switching");
      await client.write(bytes("hello"));
      assertEquals(await take(client, 5), "hello");
    });
  }
}

Deno.test("info.upgrade() works behind other requests on the connection", async () => {
  await using server = serve((request, info) =>
    request.headers.has("upgrade")
      ? echoing(request, info)
      : new Response("plain")
  );
  await using client = await send(
    server.name,
    "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
  );
  await readHead(client);
  assertEquals(await take(client, 5), "plain");
  await client.write(bytes(`${upgrading("echo")}\r\n`));
  assertStringIncludes(await readHead(client), "101 Switching");
  await client.write(bytes("hello"));
  assertEquals(await take(client, 5), "hello");
});

Deno.test("info.upgrade() refuses a request without the protocol, or with old HTTP", async () => {
  const errors: unknown[] = [];
  await using server = serve((request, info) => {
    if (!request.headers.has("x-caught")) return echoing(request, info);
    const error = assertThrows(() => info.upgrade("echo"), TypeError);
    return new Response(error.message);
  }, { onError: (error) => (errors.push(error), new Response()) });
  const refused = await pipeFetch("http://./", { pipe: server.name });
  assertEquals(refused.status, 426);
  assertEquals(refused.headers.get("upgrade"), "echo");
  const fact =
    'Cannot upgrade the request: it does not ask for "echo" by the headers Connection and Upgrade';
  assertEquals(await refused.text(), `${fact}\n`);
  const caught = await pipeFetch("http://./", {
    pipe: server.name,
    headers: { "x-caught": "" },
  });
  assertEquals([caught.status, await caught.text()], [200, fact]);
  for (
    const request of [
      upgrading("other"),
      upgrading("echo").replace("Connection: Upgrade\r\n", ""),
      upgrading("echo", "GET / HTTP/1.0"),
    ]
  ) {
    await using client = await send(server.name, `${request}\r\n`);
    assertStringIncludes(await readHead(client), "HTTP/1.1 426 ", request);
  }
  assertEquals(errors, []);
});

Deno.test("servePipe() answers a request whose upgrade it ignores, and closes", async () => {
  const part = bytes("x".repeat(500_000));
  await using server = serve(async (request) => {
    const body = bytes(await request.text());
    return new Response(ReadableStream.from([body, part, part, part, part]));
  });
  const next = "GET /lost HTTP/1.1\r\nHost: x\r\n\r\n";
  for (
    const [method, rest, expected] of [
      ["GET", "\r\n", 2_000_000],
      ["GET", `\r\n${next}`, 2_000_000],
      ["POST", `Content-Length: 2\r\n\r\nxx${next}`, 2_000_002],
    ] as const
  ) {
    const line = `${method} / HTTP/1.1`;
    await using client = await send(server.name, upgrading("h2c", line) + rest);
    const head = await readHead(client);
    assertMatch(head, /^HTTP\/1.1 200 OK\r\nconnection: close\r\n/i);
    const answer = await new Response(client.readable).text();
    assertEquals(answer.replaceAll(/[^x]/g, "").length, expected);
    assertEquals(answer.slice(-7), "x\r\n0\r\n\r\n".slice(-7));
  }
});

Deno.test("info.upgrade() waits for the answers to earlier requests, and comes once", async () => {
  const first = Promise.withResolvers<Response>();
  const asked = Promise.withResolvers<void>();
  await using server = serve((request, info) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/first") return first.promise;
    if (pathname !== "/") return new Response(pathname);
    const response = echoing(request, info);
    assertThrows(() => info.upgrade("echo"), TypeError, "upgraded before");
    asked.resolve();
    return response;
  });
  await using client = await send(
    server.name,
    `GET /first HTTP/1.1\r\nHost: x\r\n\r\n${upgrading("echo")}\r\n`,
  );
  await asked.promise;
  // Meanwhile, the server has seen that the first one is pending.
  await (await pipeFetch("http://x/other", { pipe: server.name })).text();
  first.resolve(new Response(null, { status: 204 }));
  assertStringIncludes(await readHead(client), "204 No Content");
  assertStringIncludes(await readHead(client), "101 Switching");
  await client.write(bytes("hello"));
  assertEquals(await take(client, 5), "hello");
});

Deno.test("info.upgrade() reads nothing after a close, not even what came early", async () => {
  const got = Promise.withResolvers<BaseConnection>();
  await using server = serve((_request, { upgrade }) => {
    const { response, connection } = upgrade("echo");
    got.resolve(connection);
    return response;
  });
  await using _client = await send(
    server.name,
    `${upgrading("echo")}\r\nearly`,
  );
  const connection = await got.promise;
  assertEquals(await connection.read(new Uint8Array(1)), 1);
  connection.close();
  await assertRejects(
    () => connection.read(new Uint8Array(4)),
    Deno.errors.BadResource,
  );
});

Deno.test("info.upgrade() rejects its connection if it does not come about", async () => {
  const results: Promise<unknown>[] = [];
  const left = Promise.withResolvers<void>();
  await using server = serve((request, info) => {
    const { response, connection } = info.upgrade("echo");
    results.push(connection);
    if (new URL(request.url).pathname === "/other") return new Response("no");
    request.signal.addEventListener("abort", () => left.resolve());
    return left.promise.then(() => {
      results.push(info.completed);
      return response;
    });
  });
  const other = await send(
    server.name,
    `${upgrading("echo", "GET /other HTTP/1.1")}\r\n`,
  );
  assertStringIncludes(await readHead(other), "200 OK");
  other.close();
  await assertRejects(() => results[0]!, BrokenPipe, "another response");
  const leaving = await send(server.name, `${upgrading("echo")}\r\n`);
  // The handler of the first runs before that of the second.
  while (results.length < 2) {
    await pipeFetch("http://./", { pipe: server.name });
  }
  leaving.close();
  await left.promise;
  await assertRejects(() => results[1]!, BrokenPipe);
});

Deno.test("info.upgrade() counts as open at a shutdown, and its connection ends with the signal", async () => {
  const over = new AbortController();
  const got = Promise.withResolvers<BaseConnection>();
  const server = serve((_request, { upgrade }) => {
    const { response, connection } = upgrade("echo");
    got.resolve(connection);
    return response;
  }, { signal: over.signal });
  await using client = await send(server.name, `${upgrading("echo")}\r\n`);
  await readHead(client);
  const connection = await got.promise;
  let ended = false;
  const shutdown = server.shutdown().then(() => ended = true);
  // It works on meanwhile.
  await new FramedConnection(connection, "line").writeMessage(bytes("still"));
  assertEquals(await take(client, 6), "still\n");
  assertEquals(ended, false);
  over.abort();
  await shutdown;
  await assertRejects(
    () => connection.write(bytes("late")),
    Deno.errors.BadResource,
  );
  assertEquals(await client.read(new Uint8Array(1)), null);
});

Deno.test("info.upgrade() ends a shutdown when its connection is closed", async () => {
  const got = Promise.withResolvers<BaseConnection>();
  const server = serve((_request, { upgrade }) => {
    const { response, connection } = upgrade("echo");
    got.resolve(connection);
    return response;
  });
  const client = await send(server.name, `${upgrading("echo")}\r\n`);
  await readHead(client);
  const connection = await got.promise;
  const shutdown = server.shutdown();
  client.close();
  assertEquals(await connection.read(new Uint8Array(1)), null);
  await connection[Symbol.asyncDispose]();
  await shutdown;
  assertInstanceOf(
    await assertRejects(() => connection.read(new Uint8Array(1))),
    Deno.errors.BadResource,
  );
});
