/**
 * WebSockets of servers on pipes, held against Deno's own client and against
 * raw frames. Node's clients are in tests/interop.
 */

import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertMatch,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  connectPipe,
  pipeFetch,
  readExactly,
  servePipe,
  type ServePipeOptions,
  type ServePipeWebSocketOptions,
} from "../../mod.ts";
import { started, webSocket } from "../relay/helpers.ts";
import { bytes, pattern, text, uniqueName } from "../support/names.ts";
import "../support/native.ts";
import {
  BINARY,
  CLOSE,
  frame,
  HANDSHAKE,
  PING,
  PONG,
  RawWebSocket,
  readHead,
  TEXT,
  whole,
} from "./raw_web_socket.ts";

type Server = ReturnType<typeof servePipe>;

/** A server whose WebSockets `use` sets up. */
function serve(
  use: (socket: WebSocket) => void,
  options: ServePipeWebSocketOptions = {},
  serving: Partial<ServePipeOptions> = {},
): Server {
  return servePipe({ pipe: uniqueName(), ...serving }, (_request, info) => {
    const { socket, response } = info.upgradeWebSocket(options);
    use(socket);
    return response;
  });
}

function echo(socket: WebSocket): void {
  socket.binaryType = "arraybuffer";
  socket.onmessage = ({ data }) => socket.send(data);
}

/** How a WebSocket ended: of its close event, and the message of its error. */
interface End {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
  readonly error: string | undefined;
}

/** Waits for the end of `socket`. */
function endOf(socket: WebSocket): Promise<End> {
  let error: string | undefined;
  socket.addEventListener("error", (event) => {
    error = (event as ErrorEvent).message;
  });
  return new Promise((resolve) =>
    socket.addEventListener("close", ({ code, reason, wasClean }) => {
      assertEquals(socket.readyState, WebSocket.CLOSED);
      resolve({ code, reason, wasClean, error });
    })
  );
}

/** A server that echoes, and the ends of its WebSockets in their order. */
function echoing(
  options: ServePipeWebSocketOptions = {},
  serving: Partial<ServePipeOptions> = {},
): { server: Server; ends: Promise<End>[] } {
  const ends: Promise<End>[] = [];
  const server = serve(
    (socket) => {
      echo(socket);
      ends.push(endOf(socket));
    },
    options,
    serving,
  );
  return { server, ends };
}

Deno.test("info.upgradeWebSocket() answers the handshake of RFC 6455's example", async () => {
  await using server = serve(echo, { protocol: "chat" });
  await using client = await connectPipe(server.name);
  const offered = "Sec-WebSocket-Protocol: superchat, chat\r\n\r\n";
  await client.write(bytes(HANDSHAKE.replace(/\r\n$/, offered)));
  const [first, ...headers] = (await readHead(client)).trim().split("\r\n");
  assertEquals(first, "HTTP/1.1 101 Switching Protocols");
  assertEquals(headers, [
    "connection: Upgrade",
    "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
    "sec-websocket-protocol: chat",
    "upgrade: websocket",
  ]);
});

Deno.test("info.upgradeWebSocket() refuses what is no handshake", async () => {
  await using server = serve(echo, { protocol: "chat" });
  const ask = async (request: string) => {
    await using client = await connectPipe(server.name);
    await client.write(bytes(request));
    return await readHead(client);
  };
  const plain = await pipeFetch("http://./", { pipe: server.name });
  assertEquals([plain.status, plain.headers.get("upgrade")], [
    426,
    "websocket",
  ]);
  await plain.body?.cancel();
  const old = await ask(HANDSHAKE.replace("Version: 13", "Version: 8"));
  assertMatch(old, /^HTTP\/1.1 426 [^]*sec-websocket-version: 13\r\n/);
  const end = "Sec-WebSocket-Protocol: chat\r\n\r\n";
  const good = HANDSHAKE.replace(/\r\n$/, end);
  for (
    const bad of [
      good.replace(/dGh.*==/, "c2hvcnQ="),
      good.replace(/dGh.*==/, "dGhlIHNhbXBsZSBub25jZR=="),
      good.replace("Key: ", "Other: "),
      good.replace("GET", "PUT"),
      HANDSHAKE,
    ]
  ) {
    assertStringIncludes(await ask(bad), "HTTP/1.1 400 ", bad);
  }
  assertStringIncludes(await ask(good), "HTTP/1.1 101 ");
});

Deno.test("a WebSocket on a pipe carries messages of each size, with Deno's client", async () => {
  const { server, ends } = echoing();
  await using _server = server;
  await using running = await started("tcp-listen:0", `pipe:${server.name}`);
  const socket = await webSocket(`ws://${running.ready[0]}/chat`);
  const next = () =>
    new Promise<MessageEvent>((resolve) => socket.onmessage = resolve);
  for (const size of [0, 1, 125, 126, 65_535, 65_536, 200_000]) {
    const data = pattern(size);
    const answer = next();
    socket.send(data);
    assertEquals(new Uint8Array((await answer).data), data);
  }
  const texts = ["", "ünï 中文 😀", "x".repeat(70_000), "\ufeffmark"];
  for (const each of texts) {
    const answer = next();
    socket.send(each);
    assertEquals((await answer).data, each);
  }
  const end = endOf(socket);
  socket.close(4001, "ünï");
  assertEquals(await ends[0], {
    code: 4001,
    reason: "ünï",
    wasClean: true,
    error: undefined,
  });
  assertEquals((await end).code, 4001);
});

Deno.test("a WebSocket on a pipe joins fragments, also in single bytes and around pings", async () => {
  const { server } = echoing();
  await using _server = server;
  // The first frame comes with the request.
  await using client = await RawWebSocket.open(
    server.name,
    whole(TEXT, "early"),
  );
  const next = async () => {
    const { opcode, payload } = await client.next();
    return [opcode, text(payload)];
  };
  assertEquals(await next(), [TEXT, "early"]);
  await client.send(
    frame(TEXT, "one, "),
    frame(0),
    whole(PING, "p"),
    frame(0, "t"),
    frame(0x80, "wo"),
    whole(PONG, "nobody asked"),
    whole(BINARY, "three"),
  );
  assertEquals(await next(), [PONG, "p"]);
  assertEquals(await next(), [TEXT, "one, two"]);
  assertEquals(await next(), [BINARY, "three"]);
  for (const byte of [...frame(TEXT, "ü".repeat(30)), ...frame(0x80, "!")]) {
    await client.send(Uint8Array.of(byte));
  }
  assertEquals(await next(), [TEXT, "ü".repeat(30) + "!"]);
});

const long = (first: number, ...size: number[]) =>
  new Uint8Array([first, 0x80 | 127, ...size, 1, 2, 3, 4]);

/** Frames that no client may send, and the code that they are closed with. */
const REFUSED: [what: string, code: number, ...parts: Uint8Array[]][] = [
  ["no mask", 1002, Uint8Array.of(0x81, 1, 97)],
  ["a reserved bit", 1002, frame(0xc1, "a")],
  ["a reserved kind", 1002, frame(0x83, "a")],
  ["a reserved control kind", 1002, frame(0x8b, "a")],
  ["a fragment without its message", 1002, frame(0x80, "a")],
  ["a message within another", 1002, frame(1, "a"), frame(0x81, "b")],
  ["a control frame in fragments", 1002, frame(PING, "a")],
  ["a long control frame", 1002, whole(PING, "a".repeat(126))],
  ["a long length for a short one", 1002, long(0x82, 0, 0, 0, 0, 0, 0, 0, 1)],
  [
    "a medium length for a short one",
    1002,
    Uint8Array.of(0x82, 0x80 | 126, 0, 125, 0, 0, 0, 0),
  ],
  ["a length of 64 bits", 1002, long(0x82, 255, 0, 0, 0, 0, 0, 0, 1)],
  ["a huge length", 1009, long(0x82, 127, 0, 0, 0, 0, 0, 0, 1)],
  ["a long message", 1009, frame(0x82, "a".repeat(1001))],
  ["long fragments", 1009, frame(2, "a".repeat(999)), frame(0x80, "aa")],
  ["text that is not UTF-8", 1007, frame(0x81, Uint8Array.of(0xc3, 0x28))],
  ["half a character", 1007, frame(1, Uint8Array.of(0xc3)), frame(0x80)],
  ["a close frame of a byte", 1002, frame(0x88, "a")],
  [
    "a close code without a meaning",
    1002,
    frame(0x88, Uint8Array.of(3, 237)),
  ],
  ["a close code below", 1002, frame(0x88, Uint8Array.of(0, 1))],
  [
    "a close reason that is not UTF-8",
    1007,
    frame(0x88, Uint8Array.of(3, 232, 0xff)),
  ],
];

Deno.test("a WebSocket on a pipe refuses each frame that no client may send", async () => {
  const { server, ends } = echoing({ maxMessageSize: 1000 });
  await using _server = server;
  for (const [what, code, ...parts] of REFUSED) {
    await using client = await RawWebSocket.open(server.name);
    await client.send(...parts);
    const [sent, reason] = await client.closed();
    assertEquals([what, sent], [what, code]);
    client.connection.close();
    const { error, ...end } = await ends.pop()!;
    assertEquals(end, { code: 1006, reason: "", wasClean: false }, what);
    assertEquals(error?.slice(0, 123), reason, what);
  }
  await using other = await RawWebSocket.open(server.name);
  await other.send(whole(TEXT, "on"));
  assertEquals(text((await other.next()).payload), "on");
  // Without an answer to the close frame, too, the connection ends.
  await other.send(frame(0));
  assertEquals((await other.closed())[0], 1002);
  assertEquals(await other.connection.read(new Uint8Array(1)), null);
});

Deno.test("a WebSocket on a pipe lets a client read why, which sends too much", async () => {
  const { server } = echoing({ maxMessageSize: 1000 });
  await using _server = server;
  await using client = await RawWebSocket.open(server.name);
  // More than the buffers of the pipe take.
  const sending = client.send(whole(BINARY, pattern(700_000)));
  // It is awaited at the end.
  sending.catch(() => {});
  assertEquals((await client.closed())[0], 1009);
  await sending;
});

Deno.test("a WebSocket on a pipe answers a close frame with its code and reason", async () => {
  const { server, ends } = echoing();
  await using _server = server;
  const cases = [[3000, "bye"], [1001, ""], [1005, ""]] as const;
  for (const [i, [code, reason]] of cases.entries()) {
    await using client = await RawWebSocket.open(server.name);
    const head = code === 1005 ? [] : [code >> 8, code & 255];
    await client.send(
      whole(TEXT, "last"),
      whole(CLOSE, Uint8Array.of(...head, ...bytes(reason))),
      whole(TEXT, "behind it"),
    );
    assertEquals(text((await client.next()).payload), "last");
    const { opcode, payload } = await client.next();
    assertEquals([opcode, ...payload], [CLOSE, ...head, ...bytes(reason)]);
    assertEquals(await client.connection.read(new Uint8Array(1)), null);
    assertEquals(await ends[i], {
      code,
      reason,
      wasClean: true,
      error: undefined,
    });
  }
});

Deno.test("a WebSocket on a pipe reads the close frame, whatever is sent behind its own", async () => {
  const end = Promise.withResolvers<End>();
  await using server = serve((socket) => {
    endOf(socket).then(end.resolve);
    socket.onopen = () => {
      socket.close(3000);
      socket.send(pattern(2_000_000));
    };
  });
  await using client = await RawWebSocket.open(server.name);
  assertEquals(await client.closed(), [3000, ""]);
  await client.send(whole(TEXT, "under way"));
  // Meanwhile, the server has read it.
  const other = await pipeFetch("http://./", { pipe: server.name });
  assertEquals(other.status, 426);
  await other.body?.cancel();
  await client.send(whole(CLOSE, Uint8Array.of(11, 184)));
  assertEquals(await end.promise, {
    code: 3000,
    reason: "",
    wasClean: true,
    error: undefined,
  });
});

Deno.test("a WebSocket on a pipe keeps frames that come before its response, behind other requests", async () => {
  await using server = servePipe({ pipe: uniqueName() }, (request, info) => {
    if (!request.headers.has("upgrade")) return new Response("plain");
    const { socket, response } = info.upgradeWebSocket();
    echo(socket);
    return response;
  });
  const plain = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  await using client = await connectPipe(server.name);
  await client.write(
    new Uint8Array([...bytes(plain + HANDSHAKE), ...whole(TEXT, "early")]),
  );
  assertStringIncludes(await readHead(client), "200 OK");
  assertEquals(text(await readExactly(client, 5)), "plain");
  assertStringIncludes(await readHead(client), "101 Switching");
  assertEquals(
    [...await readExactly(client, 7)],
    [0x80 | TEXT, 5, ...bytes("early")],
  );
});

Deno.test("a WebSocket on a pipe ends abruptly with its client", async () => {
  const { server, ends } = echoing();
  await using _server = server;
  for (const last of [whole(TEXT, "whole"), frame(TEXT, "part").slice(0, 8)]) {
    const client = await RawWebSocket.open(server.name);
    await client.send(last);
    client.connection.close();
  }
  for (const end of ends) {
    const { code, wasClean, error } = await end;
    assertEquals([code, wasClean], [1006, false]);
    assertMatch(error!, /./);
  }
});

Deno.test("a WebSocket on a pipe sends text, bytes and Blobs in their order", async () => {
  const end = Promise.withResolvers<End>();
  await using server = serve((socket) => {
    endOf(socket).then(end.resolve);
    assertThrows(() => socket.send("early"), DOMException, "not open");
    socket.addEventListener("open", () => {
      const data = bytes("view");
      socket.send("text");
      socket.send(new Blob(["blob"]));
      socket.send(data.subarray(1));
      socket.send(data.buffer);
      socket.send(new Blob([]));
      assertEquals(socket.bufferedAmount, 4 + 4 + 3 + 4);
      data.fill(0);
      assertThrows(() => socket.close(1001), DOMException, "1000, or 3000");
      assertThrows(() => socket.close(3000, "x".repeat(124)), DOMException);
      socket.close(3000, "x".repeat(123));
      assertEquals(socket.readyState, WebSocket.CLOSING);
      socket.send("late");
      assertEquals(socket.bufferedAmount, 4 + 4 + 3 + 4 + 4);
    });
  });
  await using client = await RawWebSocket.open(server.name);
  const got: unknown[] = [];
  for (let i = 0; i < 5; i++) {
    const { opcode, payload } = await client.next();
    got.push([opcode, text(payload)]);
  }
  assertEquals(got, [
    [TEXT, "text"],
    [BINARY, "blob"],
    [BINARY, "iew"],
    [BINARY, "view"],
    [BINARY, ""],
  ]);
  const { opcode, payload } = await client.next();
  assertEquals([opcode, payload.length], [CLOSE, 125]);
  await client.send(whole(CLOSE, payload));
  assertEquals((await end.promise).reason, "x".repeat(123));
});

Deno.test("a WebSocket on a pipe is as the standard says", async () => {
  const events: unknown[] = [];
  const done = Promise.withResolvers<void>();
  await using server = servePipe({ pipe: uniqueName() }, (_request, info) => {
    const { socket, response } = info.upgradeWebSocket();
    const { url, protocol, extensions, binaryType, readyState } = socket;
    events.push([url, protocol, extensions, binaryType, readyState]);
    response.headers.set("x-a", "b");
    socket.onopen = (event) => events.push([event.type, socket.readyState]);
    socket.onmessage = async ({ data, origin }) => {
      assertInstanceOf(data, Blob);
      socket.onmessage = ({ data }) => {
        events.push(data);
        socket.close();
      };
      events.push([await data.text(), origin]);
    };
    socket.onclose = () => {
      events.push(socket.readyState);
      done.resolve();
    };
    return response;
  });
  await using client = await connectPipe(server.name);
  await client.write(bytes(HANDSHAKE.replace("GET /", "GET /a?b")));
  assertStringIncludes(await readHead(client), "\r\nx-a: b\r\n");
  // Both are in one write, and the second finds the handler of the first.
  await client.write(
    new Uint8Array([...whole(BINARY, "one"), ...whole(TEXT, "two")]),
  );
  const closing = new Uint8Array(9);
  assertEquals(await client.read(closing), 2);
  await client.write(whole(CLOSE));
  await done.promise;
  assertEquals(events, [
    ["ws://x/a?b", "", "", "blob", WebSocket.CONNECTING],
    ["open", WebSocket.OPEN],
    ["one", "ws://x"],
    "two",
    WebSocket.CLOSED,
  ]);
});

Deno.test("a WebSocket on a pipe that is not opened ends", async () => {
  const ends: Promise<End>[] = [];
  await using server = servePipe({ pipe: uniqueName() }, (request, info) => {
    const { socket, response } = info.upgradeWebSocket();
    ends.push(endOf(socket));
    if (new URL(request.url).pathname === "/other") return new Response("no");
    // It is closed before it opens.
    socket.close(3001, "never");
    socket.onopen = () => ends.push(Promise.reject(new Error("it opened")));
    return response;
  });
  await using other = await connectPipe(server.name);
  await other.write(bytes(HANDSHAKE.replace("/", "/other")));
  assertStringIncludes(await readHead(other), "HTTP/1.1 200 OK");
  const { code, error } = await ends[0]!;
  assertEquals(code, 1006);
  assertStringIncludes(error!, "another response");
  await using client = await RawWebSocket.open(server.name);
  assertEquals(await client.closed(), [3001, "never"]);
  assertEquals(ends.length, 2);
});

Deno.test("a WebSocket on a pipe pings a silent client, and ends without an answer", async () => {
  const { server, ends } = echoing({ idleTimeout: 2000 });
  await using _server = server;
  await using client = await RawWebSocket.open(server.name);
  assertEquals((await client.next()).opcode, PING);
  await client.send(whole(PONG));
  assertEquals((await client.next()).opcode, PING);
  assertEquals(await client.connection.read(new Uint8Array(1)), null);
  const { code, error } = await ends[0]!;
  assertEquals(code, 1006);
  assertEquals(error, "The client was silent for 2000 ms");
});

Deno.test("a WebSocket on a pipe keeps a client whose messages wait for a slow program", async () => {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  let received = 0;
  await using server = serve((socket) => {
    socket.onmessage = () => {
      // Longer than the idle timeout.
      Atomics.wait(cell, 0, 0, 25);
      if (++received === 6) socket.send("all");
    };
  }, { idleTimeout: 20 });
  const messages = Array.from({ length: 6 }, () => [...whole(TEXT, "a")]);
  await using client = await RawWebSocket.open(
    server.name,
    Uint8Array.from(messages.flat()),
  );
  let next = await client.next();
  while (next.opcode === PING) next = await client.next();
  assertEquals(text(next.payload), "all");
});

Deno.test("a WebSocket on a pipe closes with 1011 if a Blob cannot be read", async () => {
  class Unreadable extends Blob {
    override bytes(): Promise<never> {
      return Promise.reject(new Error("unreadable"));
    }
  }
  const end = Promise.withResolvers<End>();
  await using server = serve((socket) => {
    endOf(socket).then(end.resolve);
    socket.onopen = () => {
      // It fails while the first one is written.
      socket.send(new Blob([pattern(300_000)]));
      socket.send(new Unreadable());
    };
  });
  await using client = await RawWebSocket.open(server.name);
  assertEquals((await client.next()).payload.byteLength, 300_000);
  assertEquals(await client.closed(), [1011, "unreadable"]);
  assertEquals((await end.promise).error, "unreadable");
});

Deno.test("a WebSocket on a pipe holds little for a client that does not read, and serves others", async () => {
  const sockets: WebSocket[] = [];
  let received = 0;
  await using server = serve((socket) => {
    sockets.push(socket);
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => {
      received++;
      socket.send(data);
    };
  }, { idleTimeout: 2000 });
  await using client = await RawWebSocket.open(server.name);
  const end = endOf(sockets[0]!);
  const message = whole(BINARY, pattern(50_000));
  const ping = whole(PING, "x".repeat(125));
  let left = false;
  const flood = (async () => {
    // Writing waits when nothing is read any more, and fails at the end.
    for (let i = 0; i < 1000; i++) await client.send(message, ping, ping);
  })().catch(() => left = true);
  await using other = await RawWebSocket.open(server.name);
  for (let i = 0; i < 20; i++) {
    await other.send(whole(TEXT, `${i}`));
    for (;;) {
      const { opcode, payload } = await other.next();
      if (opcode === PING) continue;
      assertEquals(text(payload), `${i}`);
      break;
    }
  }
  assertEquals((await end).error, "The client was silent for 2000 ms");
  await flood;
  assertEquals(left, true);
  assert(sockets[0]!.bufferedAmount < 1_200_000, "much is unsent");
  assert(received < 100, `${received} messages`);
});

Deno.test("a shutdown closes WebSockets with 1001, and waits for those that answer", async () => {
  const { server, ends } = echoing();
  await using polite = await RawWebSocket.open(server.name);
  await using silent = await RawWebSocket.open(server.name);
  let over = false;
  const shutdown = server.shutdown().then(() => over = true);
  assertEquals(await polite.closed(), [1001, "The server closes"]);
  assertEquals(await silent.closed(), [1001, "The server closes"]);
  assertEquals(over, false);
  await polite.send(whole(CLOSE, Uint8Array.of(3, 233)));
  assertEquals((await ends[0])!.wasClean, true);
  assertEquals(over, false);
  const { code, error } = await ends[1]!;
  assertEquals(code, 1006);
  assertEquals(error, "The client did not close the WebSocket within 2000 ms");
  await shutdown;
});

Deno.test("the signal of a server closes its WebSockets at once, with 1001", async () => {
  const over = new AbortController();
  const { server, ends } = echoing({}, { signal: over.signal });
  await using client = await RawWebSocket.open(server.name);
  over.abort();
  await server.finished;
  assertEquals(await client.closed(), [1001, "The server closes"]);
  assertEquals(await client.connection.read(new Uint8Array(1)), null);
  assertEquals((await ends[0])!.code, 1006);
});

Deno.test("info.upgradeWebSocket() checks its options", async () => {
  const wrong: unknown[] = [
    { protocol: 1 },
    { maxMessageSize: -1 },
    { idleTimeout: 0.5 },
    { idleTimeout: 2 ** 31 },
  ];
  await using server = servePipe({ pipe: uniqueName() }, (_request, info) => {
    for (const options of wrong as ServePipeWebSocketOptions[]) {
      assertThrows(() => info.upgradeWebSocket(options), Error, "Invalid");
    }
    return new Response("checked");
  });
  const response = await pipeFetch("http://./", { pipe: server.name });
  assertEquals(await response.text(), "checked");
});
