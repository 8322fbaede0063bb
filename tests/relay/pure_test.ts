import {
  assertEquals,
  assertMatch,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { encodeFrame, relay } from "../../mod.ts";
import { rateLine } from "../../lib/cli/commands/relay/run.ts";
import { hexDump } from "../../lib/cli/commands/relay/run.ts";
import { listenAddress } from "../../lib/relay/endpoints/address.ts";
import { words } from "../../lib/relay/endpoints/exec.ts";
import { mayConnect } from "../../lib/relay/endpoints/ws_listen.ts";
import { atEnd } from "../../lib/relay/errors.ts";
import type { BackpressureProxy } from "../../lib/relay/endpoints/backpressure_proxy.ts";
import { webSocketChannel } from "../../lib/relay/endpoints/web_socket_channel.ts";
import { join } from "../../lib/relay/session.ts";
import { abortable } from "../../lib/io/wait/abortable.ts";
import { framed } from "../../lib/relay/framing.ts";
import { parseOptions, type RelayOptions } from "../../lib/relay/options.ts";
import { Counts } from "../../lib/relay/counts.ts";
import type { Message, NatsConnection } from "../../lib/relay/nats/client.ts";
import type { Nats } from "../../lib/relay/nats/connect.ts";
import { subscribe } from "../../lib/relay/nats/subscribe.ts";
import { serveRequests } from "../../lib/relay/requests.ts";
import type { Channel, RequestEnd } from "../../lib/relay/channel.ts";
import { bytes, pattern, text, uniqueName } from "../support/names.ts";

const { signal } = new AbortController();

const JOIN = {
  oneWay: false,
  linger: 60_000,
  signal,
  onChunk() {},
  onDelivered() {},
  onRefused() {},
};

/** A channel of bytes that takes them all, with `parts` of its own. */
function channelWith(parts: Partial<Channel>): Channel {
  return {
    messageBoundaries: false,
    halfClose: true,
    send: () => Promise.resolve(),
    close() {},
    ...parts,
  };
}

/** Receives `texts`, and then the end. */
function saying(...texts: string[]): () => Promise<Uint8Array | null> {
  return () => {
    const next = texts.shift();
    return Promise.resolve(next === undefined ? null : bytes(next));
  };
}

/** A channel from which these chunks come. */
function source(chunks: Uint8Array[]): Channel {
  const rest = [...chunks];
  return {
    messageBoundaries: false,
    halfClose: true,
    receive: () => Promise.resolve(rest.shift() ?? null),
    close() {},
  };
}

async function messagesOf(
  frame: "line" | "length",
  chunks: Uint8Array[],
  maxSize = 1_000_000,
): Promise<Uint8Array[]> {
  const channel = framed(source(chunks), frame, maxSize);
  const messages: Uint8Array[] = [];
  for (;;) {
    const message = await channel.receive!(signal);
    if (message === null) return messages;
    messages.push(message.slice());
  }
}

/** All of `data`, cut into chunks of `size`. */
function cut(data: Uint8Array, size: number): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < data.byteLength; at += size) {
    chunks.push(data.subarray(at, at + size));
  }
  return chunks;
}

function together(parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

for (const size of [1, 3, 64, 100_000]) {
  Deno.test(`framed() finds messages by their length in chunks of ${size}`, async () => {
    const sent = [bytes("a"), bytes(""), pattern(5_000), bytes("ä\n😀")];
    const stream = together(
      sent.map((message) => encodeFrame(message, "u32be")),
    );
    assertEquals(await messagesOf("length", cut(stream, size)), sent);
  });

  Deno.test(`framed() finds lines in chunks of ${size}`, async () => {
    const stream = bytes("one\r\n\ntwo 中\nlast");
    const lines = await messagesOf("line", cut(stream, size));
    assertEquals(lines.map(text), ["one", "", "two 中", "last"]);
  });
}

Deno.test("framed() says when the stream ends within a message", async () => {
  const whole = encodeFrame(bytes("hello"), "u32be");
  await assertRejects(
    () => messagesOf("length", [whole.subarray(0, 6)]),
    Deno.errors.UnexpectedEof,
    "within a message",
  );
});

Deno.test("framed() refuses what is longer than the most", async () => {
  await assertRejects(
    () => messagesOf("length", [bytes("GET / HTTP/1.1\r\n")], 1000),
    Deno.errors.InvalidData,
    "are both sides framed alike?",
  );
  await assertRejects(
    () => messagesOf("line", [pattern(200)], 100),
    Deno.errors.InvalidData,
  );
});

Deno.test("words() takes a command line apart", () => {
  assertEquals(words('node "my script.js" --x="a b" 1'), [
    "node",
    "my script.js",
    "--x=a b",
    "1",
  ]);
  assertEquals(words("  "), []);
  for (const line of ['node "x', String.raw`node "C:\dir\"`, '"node']) {
    assertThrows(() => words(line), TypeError, "a quote is not closed");
  }
});

Deno.test("words() takes quotes and backslashes as Windows does", () => {
  const { raw } = String;
  // Microsoft, "Parsing C command-line arguments": its table, and its rules.
  const table: [line: string, args: string[]][] = [
    [raw`"abc" d e`, ["abc", "d", "e"]],
    [raw`a\\b d"e f"g h`, [raw`a\\b`, "de fg", "h"]],
    [raw`a\\\"b c d`, [raw`a\"b`, "c", "d"]],
    [raw`a\\\\"b c" d e`, [raw`a\\b c`, "d", "e"]],
    [raw`a"b"" c d"`, ['ab" c d']],
    [raw`\"a\"`, ['"a"']],
    [raw`"" x`, ["", "x"]],
    [raw`"C:\my dir\\" x`, [raw`C:\my dir` + "\\", "x"]],
    [raw`C:\dir\ x`, [raw`C:\dir` + "\\", "x"]],
  ];
  for (const [line, args] of table) {
    assertEquals(words(`x.exe ${line}`), ["x.exe", ...args], line);
  }
  // The program's name knows no escapes.
  assertEquals(words(raw`"C:\my dir\"x.exe y`), [raw`C:\my dir\x.exe`, "y"]);
});

Deno.test("listenAddress() is this computer's alone unless an address is given", () => {
  assertEquals(listenAddress("80"), {
    hostname: "127.0.0.1",
    port: 80,
    remote: false,
  });
  assertEquals(listenAddress("0.0.0.0:0").remote, true);
  assertEquals(listenAddress("[::1]:0").remote, false);
  assertThrows(() => listenAddress("x"), TypeError);
});

Deno.test("mayConnect() lets in pages of this computer, and those that are named", () => {
  const named = ["https://example.org"];
  const origins = [
    null,
    "http://localhost:3000",
    "http://127.0.0.1",
    "https://example.org",
    "https://evil.example",
    "http://localhost.evil.example",
    "null",
  ];
  assertEquals(origins.map((origin) => mayConnect(origin, named)), [
    true,
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});

Deno.test("atEnd() names the end once and keeps the class", () => {
  const error = atEnd("pipe:x", new Deno.errors.NotFound("gone"));
  assertEquals((error as Error).message, "pipe:x: gone");
  assertEquals(error instanceof Deno.errors.NotFound, true);
  assertEquals(atEnd("tcp:1", error), error);
});

for (
  const [from, to, message] of [
    ["pipe", "stdio", "give pipe:NAME"],
    ["pipe:", "stdio", "give pipe:NAME"],
    ["pope:x", "stdio", 'Invalid FROM "pope:x": give stdio, exec:COMMAND'],
    ["stdio:x", "stdio", "give stdio"],
    ["mailslot:a", "mailslot:b", "nothing can pass"],
    ["mailslot:a", "message:b", "nothing can pass"],
    ["mailslot-listen:a", "nats-listen:b", "nothing can pass"],
    ["nats-listen:a", "nats-listen:b", "nothing can pass"],
    ["mailslot:a", "ring:b", "nothing can pass"],
    ["tcp:nowhere", "stdio", "Invalid address"],
    ["tcp-listen:70000", "stdio", "Invalid port"],
    ["ws:ws://", "stdio", "Invalid URL"],
    ["ws:h/path#part", "stdio", "without #"],
    ["ws:h/path#", "stdio", "without #"],
    ["nats:a b", "stdio", "Invalid subject"],
    ["nats:a.*", "stdio", "without spaces, * and >"],
    ["pipe-listen:\\\\far\\pipe\\x", "exec:sort", "on this computer"],
  ] as const
) {
  Deno.test(`relay() refuses ${from} with ${to}`, async () => {
    const error = await assertRejects(() => relay(from, to));
    assertEquals((error as Error).message.includes(message), true, `${error}`);
  });
}

for (
  const end of [
    "nats-listen:a@me:secret@h:99999",
    "nats-listen:a@nats://secret@h:99999,b",
    "nats-listen:a@b,me:sec@secret@h:99999",
    "nats-listen:a b@me:secret@h",
    "ws:wss://me:secret@h:99999/path",
    "ws:me:secret@h:99999",
    "ws:wss://me:100%secret@h/path",
    "nats-listen:a@nats://me:100%secret@h",
    "nats-listen:a@nats://me:pa/secret@h:4222",
    "nats-listen:a@me:pa/secret@h,b",
    "nats-listen:a@nats://me:secret,pa@h",
    "nats-listen:nats://me:sec secret@h",
    "nats-listen:nats://me:secret@h:99999",
    "nats-listen:a@nats://me:secret@h\0",
    "wss://me:secret@h/path",
    "ws:wss://me:pa/secret@h/path",
    "ws:wss://me:secret,100%@h/path",
    "ws:wss://me:100%@h/path?token=secret",
    "ws:wss://me:secret?@h/path",
    "ws:wss://h:99999/path?user=a@h&token=secret",
  ]
) {
  Deno.test(`relay() refuses ${end} and shows no secret`, async () => {
    const error = await assertRejects(() => relay(end, "pipe:x"), TypeError);
    assertMatch(error.message, /(?:\*\*\*@|")[h?]/);
    assertEquals(error.message.includes("secret"), false, error.message);
  });
}

Deno.test("relay() refuses bad options", async () => {
  const wrong = { mode: "stream", frame: "xml", linger: -1, count: 0.5 };
  for (const [name, value] of Object.entries(wrong)) {
    const options = { [name]: value } as Record<string, never>;
    await assertRejects(() => relay("pipe:a", "pipe:b", options), Error, name);
  }
  await assertRejects(
    () => relay("nats:a", "stdio", { nats: { queue: "a b" } }),
    TypeError,
    "queue",
  );
  await assertRejects(
    () => relay("nats:a", "stdio", { nats: { servers: 1 as never } }),
    TypeError,
    "servers",
  );
});

Deno.test("relay() refuses a bad NATS server before it listens", async () => {
  const from = `pipe-listen:${uniqueName()}`;
  const nats = { servers: ["127.0.0.1", "h:99999"] };
  for (
    const [to, options] of [
      ["nats:a", { nats }],
      ["nats:a@h:99999", {}],
    ] as const
  ) {
    const error = await assertRejects(
      () => relay(from, to, options),
      TypeError,
    );
    assertMatch(error.message, /^Invalid server in "/);
  }
});

Deno.test("relay() keeps copies of the lists and objects in its options", () => {
  const origins = ["https://example.org"];
  const servers = ["127.0.0.1:4222"];
  const creds = bytes("key");
  const tls = { ca: "PEM" };
  const before = parseOptions({ origins, nats: { servers, creds, tls } });
  const expected = structuredClone([before.origins, before.nats]);
  origins.push("https://evil.example");
  servers[0] = "evil.example:4222";
  creds.fill(0);
  tls.ca = "another";
  assertEquals([before.origins, before.nats], expected);
});

Deno.test("hexDump() shows bytes and text", () => {
  const data = new Uint8Array([...bytes("hello, all of you"), 0, 255]);
  assertEquals(
    hexDump({ direction: "backward", partner: 2, bytes: data }),
    [
      "< partner 2, 19 bytes",
      "< 00000000  68 65 6c 6c 6f 2c 20 61 6c 6c 20 6f 66 20 79 6f  hello, all of yo",
      "< 00000010  75 00 ff                                         u..",
    ].join("\n"),
  );
});

Deno.test("rateLine() shows what passes a second", () => {
  const flow = (bytes: number, messages: number) => ({ bytes, messages });
  const none = {
    forward: flow(0, 0),
    backward: flow(0, 0),
    partners: 0,
    failed: 0,
  };
  const now = { ...none, forward: flow(3_000_000, 20), partners: 2 };
  assertEquals(
    rateLine(none, now, 2),
    "> 1.5 MB/s, 10 messages/s; < 0 B/s, 0 messages/s; 2 partners",
  );
});

Deno.test("join() passes on what a partner said before it took no more", async () => {
  const failed = Promise.withResolvers<void>();
  const said = [bytes("one"), bytes("two")];
  const heard: string[] = [];
  const program = channelWith({
    async receive() {
      await failed.promise;
      // It comes later than the failure is known.
      await new Promise((resolve) => setTimeout(resolve));
      return said.shift() ?? null;
    },
    send() {
      failed.resolve();
      return Promise.reject(new Deno.errors.BrokenPipe("it takes no more"));
    },
  });
  const client = channelWith({
    halfClose: false,
    receive: async (signal) => {
      if (!asked) return (asked = true, bytes("question"));
      return await abortable(new Promise<never>(() => {}), { signal });
    },
    send: (data) => Promise.resolve(heard.push(text(data))),
  });
  let asked = false;
  await assertRejects(
    () =>
      join({ name: "client", channel: client }, {
        name: "program",
        channel: program,
      }, { ...JOIN, linger: 0 }),
    Deno.errors.BrokenPipe,
    "program: it takes no more",
  );
  assertEquals(heard, ["one", "two"]);
});

Deno.test("join() reads a socket to its end whose program has ended before", async () => {
  const ended = Promise.withResolvers<void>();
  const program = channelWith({
    receive: () => Promise.resolve(null),
    send: () => Promise.reject(new Deno.errors.BrokenPipe("it has ended")),
  });
  const unread = ["one", "two", "three"];
  let unreadAtClose: number | undefined;
  const socket = channelWith({
    async receive() {
      await ended.promise;
      const next = unread.shift();
      return next === undefined ? null : bytes(next);
    },
    closeWrite: () => Promise.resolve(ended.resolve()),
    // Windows discards what its partner has yet to read where bytes are unread.
    close: () => void (unreadAtClose = unread.length),
  });
  await assertRejects(
    () =>
      join({ name: "socket", channel: socket }, {
        name: "program",
        channel: program,
      }, JOIN),
    Deno.errors.BrokenPipe,
    "program: it has ended",
  );
  assertEquals(unreadAtClose, 0);
});

Deno.test("webSocketChannel() closes a WebSocket whose partner takes nothing", async () => {
  const closed = new CloseEvent("close", { code: 1006 });
  const socket = Object.assign(new EventTarget(), {
    readyState: WebSocket.OPEN,
    // Two MiB wait for the partner.
    bufferedAmount: 2_097_152,
    onclose: (_event: CloseEvent) => {},
    close: () => {},
  });
  let cut = false;
  const proxy = {
    bytesSent: 0,
    onSent() {},
    resume() {},
    pause() {},
    close() {
      cut = true;
      socket.readyState = WebSocket.CLOSED;
      socket.onclose(closed);
      socket.dispatchEvent(closed);
    },
    settled: () => Promise.resolve(),
  };
  const channel = webSocketChannel(
    socket as unknown as WebSocket,
    proxy as unknown as BackpressureProxy,
    false,
  );
  const closing = channel.close();
  assertEquals(cut, false);
  await assertRejects(
    async () => await closing,
    Deno.errors.TimedOut,
    "Nothing was taken for 2000 ms: what was sent last did not arrive",
  );
  assertEquals(cut, true);
});

/** A pipe's client in byte mode: it sends, leaves, and can be notified of nothing. */
function leaving(...sent: string[]): Channel {
  return channelWith({
    halfClose: false,
    receive: saying(...sent),
    send: () => Promise.reject(new Deno.errors.BrokenPipe("it has left")),
  });
}

Deno.test("join() lets a program finish what a partner sent that has left", async () => {
  const inputEnded = Promise.withResolvers<void>();
  const read: string[] = [];
  const said = [bytes("answer"), null];
  let closedAfter: string[] | undefined;
  const program = channelWith({
    closeDiscards: "unread",
    async receive() {
      await inputEnded.promise;
      return said.shift() ?? null;
    },
    // Its stdin takes it at once; it reads when it has started.
    send: (data) => Promise.resolve(read.push(text(data))),
    closeWrite: () => Promise.resolve(inputEnded.resolve()),
    close: () => void (closedAfter = said.length === 0 ? read : []),
  });
  await join(
    { name: "client", channel: leaving("one", "two") },
    { name: "program", channel: program },
    JOIN,
  );
  assertEquals(closedAfter, ["one", "two"]);
});

Deno.test("join() notifies no partner of an end that has left itself", async () => {
  const inputEnded = Promise.withResolvers<void>();
  const server = channelWith({
    messageBoundaries: true,
    closeDiscards: "unread",
    receive: async () => (await inputEnded.promise, null),
    closeWrite: () => Promise.resolve(inputEnded.resolve()),
  });
  const client: Channel = {
    ...leaving("one"),
    messageBoundaries: true,
    closeWrite: () => Promise.reject(new Deno.errors.BrokenPipe("it has left")),
  };
  await join(
    { name: "client", channel: client },
    { name: "server", channel: server },
    JOIN,
  );
});

Deno.test("join() lets a program finish although its answer has no receiver", async () => {
  const [refused, inputEnded] = [
    Promise.withResolvers<void>(),
    Promise.withResolvers<void>(),
  ];
  const sent = [bytes("one")];
  const client = channelWith({
    halfClose: false,
    receive: async () => sent.shift() ?? (await refused.promise, null),
    async send() {
      await Promise.resolve(refused.resolve());
      throw new Deno.errors.BrokenPipe("it has left");
    },
  });
  const said = [bytes("answer")];
  let [hasFinished, finishedBefore] = [false, false];
  const program = channelWith({
    closeDiscards: "unread",
    async receive() {
      const bytes = said.shift();
      if (bytes !== undefined) return bytes;
      await inputEnded.promise;
      await new Promise((resolve) => setTimeout(resolve, 20));
      hasFinished = true;
      return null;
    },
    closeWrite: () => Promise.resolve(inputEnded.resolve()),
    close: () => void (finishedBefore = hasFinished),
  });
  await assertRejects(
    () =>
      join(
        { name: "client", channel: client },
        { name: "program", channel: program },
        { ...JOIN, linger: 0 },
      ),
    Deno.errors.BrokenPipe,
    "client: it has left",
  );
  assertEquals(finishedBefore, true);
});

Deno.test("join() waits for an end that may belong to another partner", async () => {
  const [asked, own] = [
    Promise.withResolvers<void>(),
    Promise.withResolvers<void>(),
  ];
  const heard: string[] = [];
  const client = channelWith({
    receive: () => Promise.resolve(null),
    send: (data) => Promise.resolve(heard.push(text(data))),
    closeWrite: () => Promise.resolve(),
  });
  const said = [bytes("hello"), null];
  const shared = channelWith({
    async owned() {
      asked.resolve();
      await own.promise;
    },
    async receive() {
      const next = said.shift()!;
      if (next === null) return null;
      await asked.promise;
      await new Promise((resolve) => setTimeout(resolve, 20));
      own.resolve();
      return next;
    },
  });
  await join(
    { name: "client", channel: client },
    { name: "shared", channel: shared },
    { ...JOIN, linger: 0 },
  );
  assertEquals(heard, ["hello"]);
});

Deno.test("join() ends a program that does not end after its partner has left", async () => {
  const deaf = channelWith({
    closeDiscards: "unread",
    receive: (signal) => abortable(new Promise<never>(() => {}), { signal }),
    closeWrite: () => Promise.resolve(),
  });
  await assertRejects(
    () =>
      join(
        { name: "client", channel: leaving("one") },
        { name: "program", channel: deaf },
        { ...JOIN, stall: 1 },
      ),
    Deno.errors.TimedOut,
    "program: It did not end within 1 ms after the other side had left",
  );
});

Deno.test("join() takes a slow reader for no silence", async () => {
  const heard: string[] = [];
  // A socket that has closed its writing half, and reads slowly.
  const slow = channelWith({
    receive: () => Promise.resolve(null),
    async send(data, signal) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      signal.throwIfAborted();
      heard.push(text(data));
    },
    closeWrite: () => Promise.resolve(),
  });
  // A pipe in byte mode cannot be notified of that.
  const pipe = channelWith({
    halfClose: false,
    receive: saying("one", "two"),
  });
  await join(
    { name: "slow", channel: slow },
    { name: "pipe", channel: pipe },
    { ...JOIN, linger: 0 },
  );
  assertEquals(heard, ["one", "two"]);
});

Deno.test("join() throws what was not sent to a partner that has left, whichever is noticed first", async () => {
  const left = Promise.withResolvers<void>();
  const partner = channelWith({
    halfClose: false,
    async receive() {
      await left.promise;
      return null;
    },
    async send() {
      left.resolve();
      // The end is noticed before the failure of the pending write.
      await new Promise((resolve) => setTimeout(resolve));
      throw new Deno.errors.BrokenPipe("it has left");
    },
  });
  const input = [bytes("lost")];
  const stdin = channelWith({
    separatePeers: true,
    receive: async (signal) =>
      input.shift() ??
        await abortable(new Promise<never>(() => {}), { signal }),
  });
  await assertRejects(
    () =>
      join(
        { name: "stdio", channel: stdin },
        { name: "pipe", channel: partner },
        JOIN,
      ),
    Deno.errors.BrokenPipe,
    "pipe: it has left",
  );
});

/** Serves two requests by such channels, and returns what their senders got. */
async function served(
  open: () => Channel,
  options: RelayOptions = {},
): Promise<string[]> {
  const told: string[] = [];
  let left = 2;
  const near: RequestEnd = {
    kind: "requests",
    name: "near",
    parallel: 1,
    subscribe: () =>
      Promise.resolve({
        ready: "near",
        durable: false,
        async next() {
          // What the far end does after an answer is known.
          await new Promise((resolve) => setTimeout(resolve));
          return left-- === 0 ? null : {
            bytes: bytes("question"),
            asked: true,
            again: false,
            done: (answer) => Promise.resolve(void told.push(text(answer!))),
            release() {},
            fail: (error) => Promise.resolve(void told.push(String(error))),
          };
        },
        stop: () => Promise.resolve(),
        close: () => Promise.resolve(),
      }),
  };
  const run = await serveRequests(
    near,
    { kind: "connect", name: "far", singleUse: false, open },
    true,
    {
      options: parseOptions({ ...options, onError() {} }),
      counts: new Counts(),
      signal,
      last: new AbortController().signal,
      passed() {},
    },
  );
  await run();
  return told;
}

Deno.test("serveRequests() sends no request to a socket that has ended since its answer", async () => {
  const told = await served(() => {
    const said = [bytes("answer")];
    return {
      messageBoundaries: true,
      halfClose: true,
      receive: () => Promise.resolve(said.shift() ?? null),
      // A socket takes data after its partner has closed.
      send: () => Promise.resolve(),
      close() {},
    };
  });
  assertEquals(told, ["answer", "answer"]);
});

Deno.test("serveRequests() takes silence for the end of an answer of a pipe that stays", async () => {
  const told = await served(() => {
    const said = [bytes("ans"), bytes("wer")];
    return {
      messageBoundaries: false,
      halfClose: false,
      receive: async (signal) =>
        said.shift() ??
          await abortable(new Promise<never>(() => {}), { signal }),
      send: () => Promise.resolve(),
      close() {},
    };
  }, { linger: 1 });
  assertEquals(told, ["answer", "answer"]);
});

Deno.test("subscribe() reports that it drops messages without an answer", async () => {
  type Callback = Parameters<NatsConnection["subscribe"]>[1]["callback"];
  let receive: Callback | undefined;
  const connection = {
    subscribe(_subject: string, { callback }: { callback: Callback }) {
      receive = callback;
      return { drain: () => Promise.resolve(), unsubscribe() {} };
    },
    flush: () => Promise.resolve(),
    closed: () => new Promise<void>(() => {}),
    getServer: () => "here",
  };
  const client = { headers: () => new Headers() };
  const errors: unknown[] = [];
  await subscribe(
    { connection, client } as unknown as Nats,
    "news",
    undefined,
    (error) => void errors.push(error),
  );
  for (let at = 0; at < 4_096; at++) {
    receive!(null, { data: bytes("kept") } as Message);
  }
  // The sender of a request is refused, and knows.
  let refused = 0;
  const respond = () => ++refused > 0;
  const request = { data: bytes("asked"), reply: "inbox", respond };
  receive!(null, request as Partial<Message> as Message);
  assertEquals([refused, errors], [1, []]);
  for (let at = 0; at < 2; at++) {
    receive!(null, { data: bytes("lost") } as Message);
  }
  assertEquals(errors.length, 1);
  assertMatch(String(errors[0]), /^Busy: 4096 messages wait here/);
});

Deno.test("webSocketChannel() keeps the byte order mark of a text", async () => {
  const sent: unknown[] = [];
  const socket = Object.assign(new EventTarget(), {
    readyState: WebSocket.OPEN,
    bufferedAmount: 0,
    send: (data: unknown) => void sent.push(data),
  });
  const channel = webSocketChannel(
    socket as unknown as WebSocket,
    {} as BackpressureProxy,
    true,
  );
  await channel.send!(bytes("\uFEFFtext"), signal);
  assertEquals(sent, ["\uFEFFtext"]);
});
