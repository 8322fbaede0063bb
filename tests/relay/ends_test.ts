import {
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertThrows,
} from "@std/assert";
import {
  callPipe,
  connectPipe,
  connectSocket,
  createMailslot,
  createRing,
  listenMessages,
  listenPipe,
  listenSocket,
  openEvent,
  openMailslot,
  openRing,
  readClipboard,
  readExactly,
  relay,
  sendCopyData,
} from "../../mod.ts";
import { bytes, pattern, text, uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { closed, freePort, started, Timers, webSocket } from "./helpers.ts";

Deno.test("relay() passes all messages of a WebSocket to what is there once", async () => {
  const ring = uniqueName();
  await using running = await started("ws-listen:0", `ring-create:${ring}`);
  const socket = await webSocket(running.ready[0]!);
  socket.send("one");
  await using consumer = await openRing(ring, { waitForPeer: true });
  assertEquals(text(await consumer.read()), "one");
  socket.send("two");
  assertEquals(text(await consumer.read()), "two");
  await closed(socket);
});

Deno.test("relay() gives each TCP client a connection to the pipe of its own", async () => {
  await using listener = listenPipe(uniqueName());
  await using running = await started("tcp-listen:0", `pipe:${listener.name}`);
  const clients = await Promise.all(
    [1, 2, 3].map(() => connectSocket(running.ready[0]!)),
  );
  const servers = await Promise.all(clients.map(() => listener.accept()));
  for (const [at, client] of clients.entries()) {
    await client.write(bytes(`client ${at}`));
  }
  const heard = await Promise.all(
    servers.map((server) => readExactly(server, 8)),
  );
  assertEquals(heard.map(text).sort(), ["client 0", "client 1", "client 2"]);
  for (const [at, server] of servers.entries()) await server.write(heard[at]!);
  for (const [at, client] of clients.entries()) {
    const buffer = new Uint8Array(8);
    assertEquals(await client.read(buffer), 8);
    assertEquals(text(buffer), `client ${at}`);
  }
  servers.forEach((server) => server.close());
  for (const client of clients) {
    assertEquals(await client.read(new Uint8Array(8)), null);
    client.close();
  }
  assertEquals(running.errors, []);
  assertEquals(running.relay.counts.partners, 3);
  assertEquals(running.relay.counts.forward.bytes, 24);
});

Deno.test("relay() leaves nothing open if onReady throws", async () => {
  const ends = [
    `pipe-listen:${uniqueName()}`,
    `mailslot-listen:${uniqueName()}`,
    `ring-create:${uniqueName()}`,
    `tcp-listen:${freePort()}`,
    `ws-listen:${freePort()}`,
  ];
  const far = `pipe:${uniqueName()}`;
  const onReady = () => {
    throw new Error("mine");
  };
  for (const end of ends) {
    // The second one finds the name, or the port, free.
    for (let i = 0; i < 2; i++) {
      await assertRejects(() => relay(end, far, { onReady }), Error, "mine");
    }
  }
  const near = `pipe-listen:${uniqueName()}`;
  for (const end of ends.slice(3)) {
    for (let i = 0; i < 2; i++) {
      await assertRejects(() => relay(near, end, { onReady }), Error, "mine");
    }
  }
});

Deno.test("relay() keeps the boundaries of messages between pipes, and empty ones", async () => {
  const [near, far] = [uniqueName(), uniqueName()];
  await using listener = listenPipe(far, { mode: "message" });
  await using _running = await started(`pipe-listen:${near}`, `pipe:${far}`, {
    mode: "message",
  });
  await using client = await connectPipe(near);
  await using server = await listener.accept();
  const sent = [bytes("one"), bytes(""), pattern(300_000), bytes("four")];
  for (const message of sent) await client.write(message);
  for (const message of sent) {
    assertEquals(await server.readMessage(), message);
  }
});

for (const frame of ["length", "line"] as const) {
  Deno.test(`relay() carries messages over TCP, framed by ${frame}, and their end`, async () => {
    const [near, far] = [uniqueName(), uniqueName()];
    await using listener = listenPipe(far, { mode: "message" });
    await using there = await started("tcp-listen:0", `pipe:${far}`, { frame });
    await using _here = await started(
      `pipe-listen:${near}`,
      `tcp:${there.ready[0]}`,
      { frame, mode: "message" },
    );
    await using client = await connectPipe(near);
    await using server = await listener.accept();
    for (const word of ["one", "two", "three"]) {
      await client.write(bytes(word));
      assertEquals(text(await server.readMessage()), word);
      await server.write(bytes(word.toUpperCase()));
      assertEquals(text(await client.readMessage()), word.toUpperCase());
    }
    client.close();
    // TCP tells that no more comes; an empty message says so over a pipe.
    assertEquals(await server.readMessage(), new Uint8Array());
  });
}

Deno.test("relay() puts a length before each message for a service that has bytes", async () => {
  const [front, service] = [uniqueName(), uniqueName()];
  await using listener = listenPipe(service);
  await using _running = await started(
    `pipe-listen:${front}`,
    `pipe:${service}`,
    { mode: "message", frame: "u32le" },
  );
  const answer = callPipe(front, bytes("hello"));
  await using server = await listener.accept();
  assertEquals(text(await readExactly(server, 9)), "\x05\0\0\0hello");
  await server.write(bytes("\x02\0\0\0ok"));
  assertEquals(text(await answer), "ok");
});

Deno.test("relay() refuses a frame between two ends that carry bytes, and closes them", async () => {
  const frame = "u32le";
  await using one = listenPipe(uniqueName());
  await using two = listenPipe(uniqueName());
  const ends = [`pipe:${one.name}`, `pipe:${two.name}`] as const;
  await using running = await started(...ends, { frame });
  await assertRejects(
    () => running.relay.finished,
    TypeError,
    `Invalid frame "u32le": ${ends[0]} and ${ends[1]} both carry bytes`,
  );
  for (const listener of [one, two]) {
    await using server = await listener.accept();
    assertEquals(await server.read(new Uint8Array(8)), null);
  }
  // A relay that listens goes on: another partner may carry messages.
  const name = uniqueName();
  await using serving = await started(`pipe-listen:${name}`, ends[1], {
    frame,
  });
  await using client = await connectPipe(name);
  assertMatch(
    String(await serving.failed),
    /^TypeError: Invalid frame "u32le": pipe-listen:/,
  );
  assertEquals(await client.read(new Uint8Array(8)), null);
  assertEquals(serving.relay.counts.failed, 1);
});

Deno.test("relay() starts a program for each partner, and passes its end on", async () => {
  const name = uniqueName();
  await using _running = await started(`pipe-listen:${name}`, "exec:sort", {
    mode: "message",
  });
  for (const word of ["b", "z"]) {
    await using client = await connectPipe(name);
    await client.write(bytes(`${word}\r\na\r\n`));
    await client.closeWrite();
    let sorted = "";
    for await (const part of client.messages()) sorted += text(part);
    assertEquals(sorted.trim(), `a\r\n${word}`);
  }
});

Deno.test("relay() reports how a program ended, by its end's name", async () => {
  const name = uniqueName();
  await using running = await started(
    `pipe-listen:${name}`,
    "exec:cmd /c exit 3",
  );
  await using client = await connectPipe(name);
  assertEquals(await client.read(new Uint8Array(1)), null);
  client.close();
  await running[Symbol.asyncDispose]();
  assertEquals(
    String(running.errors[0]),
    'Error: exec:cmd /c exit 3: "cmd" has ended with the exit code 3',
  );
});

Deno.test("relay() passes from mailslot to ring to TCP", async () => {
  const [slot, ring] = [uniqueName(), uniqueName()];
  await using listener = await listenSocket();
  await using _out = await started(
    `ring-create:${ring}`,
    `tcp:${listener.name}`,
    {
      frame: "line",
    },
  );
  await using _in = await started(`mailslot-listen:${slot}`, `ring:${ring}`);
  await using sender = await openMailslot(slot);
  await sender.send(bytes("hello"));
  await sender.send(bytes("again"));
  await using server = await listener.accept();
  assertEquals(text(await readExactly(server, 12)), "hello\nagain\n");
});

Deno.test("relay() reads a ring to its end, and ends one that it wrote when all is read", async () => {
  const [from, to] = [uniqueName(), uniqueName()];
  await using source = createRing(from, { capacity: 4096 });
  await using running = await started(`ring:${from}`, `ring-create:${to}`);
  await using sink = await openRing(to);
  for (let at = 0; at < 100; at++) await source.write(pattern(1000, at));
  source.close();
  for (let at = 0; at < 100; at++) {
    assertEquals(await sink.read(), pattern(1000, at));
  }
  assertEquals(await sink.read(), null);
  const { forward } = await running.relay.finished;
  assertEquals(forward, { bytes: 100_000, messages: 100 });
});

Deno.test("relay() gives its end of a ring the security of its options", async () => {
  const name = uniqueName();
  await using _source = createRing(name, { capacity: 4096 });
  await using slot = createMailslot(uniqueName());
  await using _running = await started(
    `ring:${name}`,
    `mailslot:${slot.name}`,
    {
      sddl: "D:",
    },
  );
  assertThrows(
    () => openEvent(`${name}.consumer`),
    Deno.errors.PermissionDenied,
  );
});

Deno.test("relay() passes window messages both into a window and out of one", async () => {
  const [near, far] = [uniqueName(), uniqueName()];
  await using target = listenMessages({ title: far });
  await using _running = await started(
    `message-listen:${near}`,
    `message:${far}`,
  );
  assertEquals(await sendCopyData(near, bytes("hello")), 1);
  assertEquals(text((await target.receive()).bytes), "hello");
});

Deno.test("relay() puts on the clipboard what comes, which does not come back", async () => {
  const slot = uniqueName();
  const name = uniqueName();
  await using mailslot = createMailslot(slot);
  {
    await using _running = await started("clipboard", `mailslot:${slot}`);
    await using putting = await started(`pipe-listen:${name}`, "clipboard", {
      mode: "message",
    });
    const client = await connectPipe(name);
    await client.write(bytes("Grüße 中文 😀"));
    client.close();
    const { forward } = await putting.relay.finished;
    assertEquals(forward.messages, 1);
    assertEquals((await readClipboard()).text, "Grüße 中文 😀");
  }
  // What this process puts there does not come back to it.
  assertEquals(mailslot.info().count, 0);
});

Deno.test("relay() joins a WebSocket with a pipe, message by message", async () => {
  const name = uniqueName();
  await using listener = listenPipe(name, { mode: "message" });
  await using running = await started("ws-listen:0", `pipe:${name}`);
  const socket = await webSocket(running.ready[0]!);
  await using server = await listener.accept();
  socket.send("text 中");
  socket.send(pattern(100_000));
  assertEquals(text(await server.readMessage()), "text 中");
  assertEquals(await server.readMessage(), pattern(100_000));
  const answer = new Promise<MessageEvent>((resolve) =>
    socket.onmessage = resolve
  );
  await server.write(bytes("back"));
  assertEquals(text(new Uint8Array((await answer).data)), "back");
  assertEquals((await closed(socket)).wasClean, true);
  assertEquals(await server.readMessage(), null);
  assertEquals(running.errors, []);
});

Deno.test("relay() connects to a WebSocket, and sends text where that is asked for", async () => {
  const name = uniqueName();
  await using heard = createMailslot(uniqueName());
  await using there = await started("ws-listen:0", `mailslot:${heard.name}`);
  await using _here = await started(
    `pipe-listen:${name}`,
    `ws:${there.ready[0]}/any/path`,
    { mode: "message", text: true },
  );
  await using client = await connectPipe(name);
  await client.write(bytes("über alle"));
  assertEquals(text(await heard.receive()), "über alle");
});

/** What the environment may say of proxies. Nobody listens at that port. */
const PROXIES: Readonly<Record<string, string>>[] = [
  {},
  { HTTP_PROXY: "http://127.0.0.1:9" },
  { ALL_PROXY: "socks5://127.0.0.1:9", NO_PROXY: "localhost" },
  { NO_PROXY: "localhost,127.0.0.1" },
];

for (const variables of PROXIES) {
  const names = Object.keys(variables);
  Deno.test(
    `relay() asks the server of a WebSocket itself, for the path, with ${
      names.join(" and ") || "no proxy"
    }`,
    async () => {
      await using listener = await listenSocket();
      const { port } = listener.local;
      const end = `ws:ws://me:secret@localhost:${port}/a/b?c=d`;
      for (const name of names) Deno.env.set(name, variables[name]!);
      try {
        const opening = relay(end, `pipe:${uniqueName()}`);
        const refused = assertRejects(
          () => opening,
          Deno.errors.ConnectionRefused,
        );
        await using server = await listener.accept();
        const buffer = new Uint8Array(4096);
        let head = "";
        while (!head.endsWith("\r\n\r\n")) {
          const length = await server.read(buffer, { timeout: 20_000 });
          assertNotEquals(length, null);
          head += text(buffer.subarray(0, length!));
        }
        const [request, ...lines] = head.trim().split("\r\n");
        assertEquals(request, "GET /a/b?c=d HTTP/1.1");
        const headers = new Headers(
          lines.map((line) => line.split(": ") as [string, string]),
        );
        assertEquals(headers.get("host"), `localhost:${port}`);
        const credentials = `Basic ${btoa("me:secret")}`;
        assertEquals(headers.get("authorization"), credentials);
        server.close();
        await refused;
      } finally {
        for (const name of names) Deno.env.delete(name);
      }
    },
  );
}

for (const [scheme, kind] of [["ws", "WebSocket"], ["wss", "TLS"]] as const) {
  Deno.test(`relay() does not wait without limit for a server's ${kind} handshake`, async () => {
    await using listener = await listenSocket();
    const end = `ws:${scheme}://127.0.0.1:${listener.local.port}/`;
    await assertRejects(
      () => relay(end, `pipe:${uniqueName()}`, { requestTimeout: 20 }),
      DOMException,
      `${end}: the server did not complete the ${kind} handshake within 20 ms`,
    );
    await using server = await listener.accept();
    // Deno closes a connection with an unfinished TLS handshake after its server.
    if (kind === "TLS") return;
    for await (const _request of server.readable);
  });
}

/** A WebSocket without the permission for its port. */
class RefusedWebSocket {
  constructor() {
    throw new Deno.errors.NotCapable("no permission");
  }
}

/** A WebSocket that fails before it connects. */
class FailingWebSocket extends EventTarget {
  constructor() {
    super();
    queueMicrotask(() =>
      this.dispatchEvent(new ErrorEvent("error", { message: "no connection" }))
    );
  }

  close(): void {}
}

for (
  const [substitute, Kind, message] of [
    [RefusedWebSocket, Deno.errors.NotCapable, "no permission"],
    [FailingWebSocket, Deno.errors.ConnectionRefused, "no connection"],
  ] as const
) {
  Deno.test(`relay() survives a WebSocket with ${message}`, async () => {
    await using listener = await listenSocket();
    const end = `ws:${listener.name}`;
    const original = globalThis.WebSocket;
    globalThis.WebSocket = substitute as unknown as typeof WebSocket;
    try {
      await assertRejects(
        () => relay(end, `pipe:${uniqueName()}`),
        Kind,
        `${end}: ${message}`,
      );
    } finally {
      globalThis.WebSocket = original;
    }
    await using server = await listener.accept();
    assertEquals(await server.read(new Uint8Array(1)), null);
  });
}

Deno.test("relay() cuts off partners of ws-listen whose handshake takes too long", async () => {
  const requestTimeout = 600_000;
  using limits = new Timers(requestTimeout);
  await using listener = listenPipe(uniqueName(), { mode: "message" });
  await using running = await started("ws-listen:0", `pipe:${listener.name}`, {
    requestTimeout,
  });
  const address = running.ready[0]!.replace("ws://", "");
  await using silent = await connectSocket(address);
  await using refused = await connectSocket(address);
  await refused.write(bytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  assertMatch(text(await readExactly(refused, 12)), /^HTTP.* 426$/);
  const socket = await webSocket(running.ready[0]!);
  await using server = await listener.accept();
  assertEquals(limits.size, 2);
  limits.end();
  const wait = { timeout: 20_000 };
  assertEquals(await silent.read(new Uint8Array(1), wait), null);
  socket.send("still here");
  assertEquals(text(await server.readMessage(wait)), "still here");
  await closed(socket);
});

Deno.test("relay() keeps web pages of others and plain requests out of a WebSocket", async () => {
  const origins: string[] = [];
  await using running = await started("ws-listen:0", "exec:sort", {
    origins,
    // A partner that is refused is not kept until then.
    requestTimeout: 600_000,
  });
  // The relay has the list as it was at the call.
  origins.push("https://evil.example");
  const [{ hostname, port }] = [new URL(running.ready[0]!)];
  const ask = async (headers: string) => {
    using connection = await Deno.connect({ hostname, port: Number(port) });
    const lines = `GET / HTTP/1.1\r\nHost: x\r\n${headers}\r\n`;
    await connection.write(bytes(lines));
    const buffer = new Uint8Array(200);
    const length = await connection.read(buffer);
    const said = text(buffer.subarray(0, length ?? 0));
    while (await connection.read(buffer) !== null);
    return said.split("\r\n")[0];
  };
  const upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n" +
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";
  assertEquals(
    await ask(`${upgrade}Origin: https://evil.example\r\n`),
    "HTTP/1.1 403 Forbidden",
  );
  assertEquals(await ask(""), "HTTP/1.1 426 Upgrade Required");
  assertEquals(
    await ask("Connection: Upgrade\r\nUpgrade: websocket\r\n"),
    "HTTP/1.1 400 Bad Request",
  );
  assertEquals(running.relay.counts.partners, 0);
});

Deno.test("relay() leaves the address of DENO_SERVE_ADDRESS to the program", async () => {
  const address = `tcp:127.0.0.1:${freePort()}`;
  Deno.env.set("DENO_SERVE_ADDRESS", address);
  try {
    await using _running = await started("ws-listen:0", "exec:sort");
    assertEquals(Deno.env.get("DENO_SERVE_ADDRESS"), address);
    await assertRejects(
      () => connectSocket(address.slice("tcp:".length)),
      Deno.errors.ConnectionRefused,
    );
  } finally {
    Deno.env.delete("DENO_SERVE_ADDRESS");
  }
});

Deno.test("relay() pairs the partners of two listening ends", async () => {
  const [near, far] = [uniqueName(), uniqueName()];
  await using _running = await started(
    `pipe-listen:${near}`,
    `pipe-listen:${far}`,
  );
  for (const word of ["one", "two"]) {
    await using first = await connectPipe(near);
    await using second = await connectPipe(far);
    await first.write(bytes(word));
    assertEquals(text(await readExactly(second, 3)), word);
  }
});

for (const mode of ["byte", "message"] as const) {
  Deno.test(`relay() does not pair a pipe's client that has left without a word, in ${mode} mode`, async () => {
    const [near, far] = [uniqueName(), uniqueName()];
    await using running = await started(
      `pipe-listen:${near}`,
      `pipe-listen:${far}`,
      { mode },
    );
    for (const [left, other] of [[near, far], [far, near]] as const) {
      {
        await using _silent = await connectPipe(left);
      }
      await using waiting = await connectPipe(other);
      await waiting.write(bytes("hello"));
      await using partner = await connectPipe(left);
      assertEquals(text(await readExactly(partner, 5)), "hello");
      await partner.write(bytes("bye"));
      assertEquals(text(await readExactly(waiting, 3)), "bye");
    }
    // One that has said something has not left in vain.
    {
      await using talking = await connectPipe(near);
      await talking.write(bytes("last words"));
    }
    await using heir = await connectPipe(far);
    assertEquals(text(await readExactly(heir, 10)), "last words");
    assertEquals(running.relay.counts.partners, 3);
  });
}

Deno.test("relay() names the end that is not there, or waits for it", async () => {
  const [slot, port] = [uniqueName(), freePort()];
  await assertRejects(
    () => relay(`pipe:${slot}`, "exec:sort"),
    Deno.errors.NotFound,
    `pipe:${slot}: Cannot connect`,
  );
  await assertRejects(
    () => relay(`mailslot-listen:${slot}`, `tcp:127.0.0.1:${port}`),
    Deno.errors.ConnectionRefused,
    `tcp:127.0.0.1:${port}: `,
  );
  // The mailslot is free again, and the relay waits until somebody listens.
  const waiting = started(`mailslot-listen:${slot}`, `tcp:127.0.0.1:${port}`, {
    wait: true,
    frame: "line",
  });
  await using listener = await listenSocket(port);
  await using _running = await waiting;
  await using sender = await openMailslot(slot);
  await sender.send(bytes("hi"));
  await using server = await listener.accept();
  assertEquals(text(await readExactly(server, 3)), "hi\n");
});
