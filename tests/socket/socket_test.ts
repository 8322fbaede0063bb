import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import {
  type BaseConnection,
  connectPipe,
  connectSocket,
  listenPipe,
  listenSocket,
  relay,
  SocketConnection,
  type SocketListener,
  type SocketTransport,
} from "../../mod.ts";
import { freePort } from "../rpc/helpers.ts";
import "../support/native.ts";
import {
  bytes,
  checksum,
  pattern,
  text,
  uniqueName,
} from "../support/names.ts";
import { runScript, startScript } from "../support/peer.ts";

const TRANSPORTS: SocketTransport[] = ["tcp", "udp"];
const PEER = new URL("./peers/peer.ts", import.meta.url);

interface Pair extends AsyncDisposable {
  readonly listener: SocketListener;
  readonly server: SocketConnection;
  readonly client: SocketConnection;
}

/** Both ends here; over UDP the server has already read the word by which it knows its client. */
async function pair(transport: SocketTransport): Promise<Pair> {
  const listener = await listenSocket(0, { transport });
  const client = await connectSocket(listener.local.port, { transport });
  if (transport === "udp") await client.write(bytes("first"));
  const server = await listener.accept();
  if (transport === "udp") await server.readMessage();
  return {
    listener,
    server,
    client,
    async [Symbol.asyncDispose]() {
      for (const end of [client, server, listener]) {
        await end[Symbol.asyncDispose]();
      }
    },
  };
}

/** One scenario for every connection: asks and hears an answer. */
async function scenario(
  asking: BaseConnection,
  answering: BaseConnection,
): Promise<string> {
  const buffer = new Uint8Array(99);
  await asking.write(bytes("question"));
  const length = await answering.read(buffer, { timeout: 10_000 });
  await answering.write(bytes(`${text(buffer.subarray(0, length!))} answered`));
  const end = await asking.read(buffer, { timeout: 10_000 });
  return text(buffer.subarray(0, end!));
}

Deno.test("the same scenario runs over pipes and sockets", async () => {
  await using listener = listenPipe(uniqueName());
  await using client = await connectPipe(listener.name);
  await using server = await listener.accept();
  assertEquals(await scenario(client, server), "question answered");
  for (const transport of TRANSPORTS) {
    await using ends = await pair(transport);
    const { client, server } = ends;
    assertEquals(await scenario(client, server), "question answered");
  }
});

for (const transport of TRANSPORTS) {
  Deno.test(`${transport}: a read that is aborted loses nothing`, async () => {
    await using ends = await pair(transport);
    const { client, server } = ends;
    const buffer = new Uint8Array(4);
    const timed = server.read(buffer, { timeout: 5 });
    assertEquals(
      (await assertRejects(() => timed, DOMException)).name,
      "TimeoutError",
    );
    const abort = new AbortController();
    const aborted = server.read(buffer, { signal: abort.signal });
    abort.abort(new Error("enough"));
    await assertRejects(() => aborted, Error, "enough");
    await client.write(bytes("abcdef"));
    assertEquals(await server.read(buffer), 4);
    assertEquals(text(buffer), "abcd");
    assertEquals(await server.read(buffer), 2);
  });

  Deno.test(`${transport}: a read into a buffer that shrinks or is transferred loses nothing`, async () => {
    await using ends = await pair(transport);
    const { client, server } = ends;
    const memory = new ArrayBuffer(64, { maxByteLength: 64 });
    const shrunk = assertRejects(
      () => server.read(new Uint8Array(memory, 0, 8)),
      TypeError,
    );
    memory.resize(4);
    const lost = pattern(64);
    const behind = assertRejects(() => server.read(lost), TypeError);
    lost.buffer.transfer();
    await client.write(bytes("ten bytes!"));
    await shrunk;
    await behind;
    const buffer = new Uint8Array(64);
    assertEquals(await server.read(buffer), 10);
    assertEquals(text(buffer.subarray(0, 10)), "ten bytes!");
  });

  Deno.test(`${transport}: closeWrite() is the end there, and reading goes on`, async () => {
    await using ends = await pair(transport);
    const { client, server } = ends;
    await client.closeWrite();
    await client.closeWrite();
    assertEquals(await server.read(new Uint8Array(9)), null);
    await server.write(bytes("still here"));
    const buffer = new Uint8Array(99);
    assertEquals(await client.read(buffer), 10);
    const write = client.write(bytes("x"));
    await assertRejects(() => write, Deno.errors.BadResource, "closeWrite()");
  });

  Deno.test(`${transport}: close() ends pending operations`, async () => {
    await using ends = await pair(transport);
    const { client, listener } = ends;
    const { BadResource } = Deno.errors;
    const read = assertRejects(
      () => client.read(new Uint8Array(9)),
      BadResource,
    );
    const accept = assertRejects(() => listener.accept(), BadResource);
    client.close();
    client.close();
    listener.close();
    await read;
    await accept;
    const write = client.write(bytes("x"));
    await assertRejects(() => write, Deno.errors.BadResource);
  });

  Deno.test(`${transport}: accept() can be aborted, and the next one works`, async () => {
    await using listener = await listenSocket(0, { transport });
    const timed = listener.accept({ timeout: 5 });
    assertEquals(
      (await assertRejects(() => timed, DOMException)).name,
      "TimeoutError",
    );
    const accept = listener.accept();
    const { port } = listener.local;
    await using client = await connectSocket(port, { transport });
    await client.write(bytes("hello"));
    await using server = await accept;
    assertEquals(server.remote, client.local);
    assertEquals(server.name, `127.0.0.1:${client.local.port}`);
  });

  Deno.test(`${transport}: another process echoes`, async () => {
    await using peer = startScript(PEER, ["serve", "-", transport]);
    const port = await peer.line();
    await using connection = await connectSocket(port, { transport });
    const data = pattern(30_000);
    await connection.write(data);
    const echoed = new Uint8Array(30_000);
    for (let at = 0; at < echoed.length;) {
      at += (await connection.read(echoed.subarray(at)))!;
    }
    assertEquals(checksum(echoed), checksum(data));
    await connection.closeWrite();
    assertEquals(await connection.read(echoed), null);
    assertEquals((await peer.ended()).code, 0);
  });

  Deno.test(`${transport}: what a client wrote before it died is there`, async () => {
    await using listener = await listenSocket(0, { transport });
    const { port } = listener.local;
    await using peer = startScript(PEER, ["connect", port, transport]);
    await peer.says("sent");
    await using server = await listener.accept();
    const buffer = new Uint8Array(99);
    // Windows resets the connections of a process that was ended, and drops what
    // is unread then.
    const read = transport === "tcp" ? await server.read(buffer) : undefined;
    await peer.send("crash");
    await peer.ended();
    assertEquals(read ?? await server.read(buffer), 13);
    if (transport === "tcp") assertEquals(await server.read(buffer), null);
  });

  Deno.test(`${transport}: other computers stay out unless asked`, async () => {
    const everywhere = { transport, hostname: "0.0.0.0" };
    const refused = listenSocket(0, everywhere);
    await assertRejects(() => refused, TypeError, "add allowRemote");
    await using listener = await listenSocket(0, {
      ...everywhere,
      allowRemote: true,
    });
    assertEquals(listener.local.hostname, "0.0.0.0");
    const dial = connectSocket("192.0.2.1:9", { transport });
    await assertRejects(() => dial, TypeError, "add allowRemote");
  });

  Deno.test(`${transport}: a taken port is reported`, async () => {
    await using listener = await listenSocket(0, { transport });
    const { port } = listener.local;
    const second = listenSocket(port, { transport });
    const { AddrInUse } = Deno.errors;
    await assertRejects(() => second, AddrInUse, "the port is taken");
  });
}

Deno.test("tcp: megabytes both ways at once, as streams", async () => {
  await using ends = await pair("tcp");
  const { client, server } = ends;
  server.readable.pipeTo(server.writable);
  const data = pattern(3_000_000);
  const writer = client.writable.getWriter();
  const [, echoed] = await Promise.all([
    writer.write(data).then(() => writer.close()),
    new Response(client.readable).bytes(),
  ]);
  assertEquals(checksum(echoed), checksum(data));
});

Deno.test("a write that is aborted closes the connection", async () => {
  const here = { hostname: "127.0.0.1", port: 1 };
  let sending: ReturnType<typeof setInterval> | undefined;
  const stuck = {
    mode: "byte",
    receive: () => Promise.resolve(null),
    send() {
      // A pending operation keeps the program alive.
      sending = setInterval(() => {}, 60_000);
      return new Promise<void>(() => {});
    },
    closeWrite: () => Promise.resolve(),
    close: () => clearInterval(sending),
    setRef() {},
  } as const;
  await using connection = new SocketConnection(stuck, here, here);
  const write = connection.write(bytes("x"), { timeout: 5 });
  assertEquals(
    (await assertRejects(() => write, DOMException)).name,
    "TimeoutError",
  );
  const again = connection.write(bytes("x"));
  await assertRejects(() => again, Deno.errors.BadResource);
});

Deno.test("accept() aborted as its connection arrives takes no other accept with it", async () => {
  await using ends = await pair("tcp");
  const { listener, server, client } = ends;
  const over = new AbortController();
  const first = listener.accept({ signal: over.signal });
  const second = listener.accept({ timeout: 10_000 });
  listener.arrived(server);
  over.abort();
  assertStrictEquals(await first, server);
  listener.arrived(client);
  assertStrictEquals(await second, client);
});

Deno.test("close() of a listener ends its iterator, closes who was not accepted, and leaves who was", async () => {
  await using listener = await listenSocket();
  const dialled = () => startScript(PEER, ["read", listener.local.port, "tcp"]);
  await using one = dialled();
  await using other = dialled();
  const peers = [one, other];
  for (const peer of peers) await peer.says("connected");
  const servers: SocketConnection[] = [];
  for await (const server of listener) {
    servers.push(server);
    listener.close();
  }
  const [server] = servers;
  assertEquals(servers.length, 1);
  await server!.write(bytes("still here"));
  await server![Symbol.asyncDispose]();
  const read = await Promise.all(peers.map((peer) => peer.line()));
  assertEquals(read.sort(), ["0", "10"]);
});

Deno.test("tcp: nobody listening is reported", async () => {
  await using ends = await pair("tcp");
  // Nobody else can listen on a client's port while it is connected.
  const dial = connectSocket(ends.client.local.port);
  await assertRejects(() => dial, Deno.errors.ConnectionRefused);
});

Deno.test("tcp: there are no messages", async () => {
  await using ends = await pair("tcp");
  await assertRejects(
    () => ends.client.readMessage(),
    TypeError,
    "TCP carries bytes",
  );
});

Deno.test("udp: messages of any size up to the longest, one each", async () => {
  await using ends = await pair("udp");
  const { client, server } = ends;
  for (const size of [1, 0, 65_507]) {
    await client.write(pattern(size));
    const message = await server.readMessage({ timeout: 10_000 });
    assertEquals(message, pattern(size));
  }
  const long = client.write(new Uint8Array(65_508));
  await assertRejects(() => long, RangeError, "it holds 65507");
  await client.write(bytes("still"));
  const small = server.readMessage({ maxSize: 2 });
  await assertRejects(() => small, Deno.errors.InvalidData, "maxSize is 2");
});

Deno.test("udp: close() rejects a write that has begun, and one that waits", async () => {
  await using ends = await pair("udp");
  for (const end of [ends.server, ends.client]) {
    const writes = [end.write(bytes("one")), end.write(bytes("two"))];
    // The socket has taken the first, and sends it in its next tick.
    await undefined;
    end.close();
    const closed = writes.map((write) =>
      assertRejects(() => write, Deno.errors.BadResource)
    );
    await Promise.all(closed);
  }
});

Deno.test("udp: ref() keeps the program alive until close(), not after it", async () => {
  await using ends = await pair("udp");
  const { client } = ends;
  const { setInterval } = globalThis;
  let timers = 0;
  globalThis.setInterval = ((...args: Parameters<typeof setInterval>) => {
    timers++;
    return setInterval(...args);
  }) as typeof setInterval;
  try {
    // The socket goes on receiving for the next read.
    const read = client.read(new Uint8Array(1), { timeout: 0 });
    await assertRejects(() => read, DOMException);
    client.unref();
    client.ref();
    client.close();
    client.ref();
  } finally {
    globalThis.setInterval = setInterval;
  }
  // One for the read, and one for the first ref().
  assertEquals(timers, 2);
});

Deno.test("udp: answers come from an address in another spelling", async () => {
  const transport = "udp";
  await using listener = await listenSocket(0, { transport, hostname: "::1" });
  await using client = await connectSocket(
    `[0:0:0:0:0:0:0:1]:${listener.local.port}`,
    { transport, allowRemote: true },
  );
  await client.write(bytes("question"));
  await using server = await listener.accept();
  await server.write(bytes("answer"));
  assertEquals(
    text((await client.readMessage({ timeout: 10_000 }))!),
    "answer",
  );
});

Deno.test("udp: each sender has its own connection", async () => {
  await using listener = await listenSocket(0, { transport: "udp" });
  const { port } = listener.local;
  for (const name of ["one", "two"]) {
    await using client = await connectSocket(port, { transport: "udp" });
    await client.write(bytes(name));
    await using server = await listener.accept();
    assertEquals(text(await server.readMessage()), name);
    await server.write(bytes(`${name} too`));
    assertEquals(text(await client.readMessage()), `${name} too`);
  }
});

Deno.test("connectSocket() and listenSocket() check their arguments", async () => {
  const cases: [() => Promise<unknown>, new () => Error, string][] = [
    [() => connectSocket("nowhere"), TypeError, 'give a port, or "host:port"'],
    [() => connectSocket(0), RangeError, "Invalid port 0"],
    [() => connectSocket(70_000), RangeError, "Invalid port 70000"],
    [() => listenSocket(-1), RangeError, "Invalid port -1"],
    [
      () => listenSocket(0, { transport: "x" as "tcp" }),
      TypeError,
      '"tcp", "udp"',
    ],
    [() => listenSocket(0, { hostname: "" }), TypeError, "Invalid hostname"],
  ];
  for (const [call, type, message] of cases) {
    await assertRejects(call, type, message);
  }
});

for (const hostname of ["127.0.0.1", "::1"]) {
  Deno.test(`connectSocket() and relay() reach a server at ${hostname} by "localhost"`, async () => {
    await using listener = await listenSocket(0, { hostname });
    const where = `localhost:${listener.local.port}`;
    await using client = await connectSocket(where);
    await using server = await listener.accept();
    assertEquals(await scenario(client, server), "question answered");
    const ready = Promise.withResolvers<string>();
    await using running = await relay("tcp-listen:0", `tcp:${where}`, {
      onReady: (at) => void ready.resolve(at),
    });
    await using far = await connectSocket(await ready.promise);
    await using near = await listener.accept();
    assertEquals(await scenario(far, near), "question answered");
    assertEquals(running.counts.partners, 1);
  });
}

Deno.test("connectSocket() with waitForPeer waits until a server listens", async () => {
  const port = freePort();
  await assertRejects(
    () => connectSocket(port),
    Deno.errors.ConnectionRefused,
  );
  const connecting = connectSocket(port, { waitForPeer: true });
  await using listener = await listenSocket(port);
  await using client = await connecting;
  await using server = await listener.accept();
  assertEquals(await scenario(client, server), "question answered");
  const never = connectSocket(1, { waitForPeer: true, timeout: 50 });
  await assertRejects(() => never, DOMException, "nobody answered within 50");
});

Deno.test("connectSocket() takes no connection of its own port to itself", async () => {
  const { connect } = Deno;
  const address = { transport: "tcp", hostname: "127.0.0.1", port: 50_000 };
  let closed = 0;
  const own = {
    localAddr: address,
    remoteAddr: address,
    close: () => closed++,
  };
  Deno.connect = () => Promise.resolve(own as never);
  try {
    await assertRejects(
      () => connectSocket(address.port),
      Deno.errors.ConnectionRefused,
      "nobody listens there",
    );
    assertEquals(closed, 1);
  } finally {
    Deno.connect = connect;
  }
});

Deno.test("connectSocket() ends its attempt with the time limit", async () => {
  const { connect } = Deno;
  let attempt: Deno.ConnectOptions | undefined;
  Deno.connect = ((options: Deno.ConnectOptions) => {
    attempt = options;
    return new Promise(() => {});
  }) as unknown as typeof connect;
  try {
    await assertRejects(
      () => connectSocket(50_000, { timeout: 5 }),
      DOMException,
      "nobody answered within 5 ms",
    );
    assertEquals(attempt?.signal?.aborted, true);
  } finally {
    Deno.connect = connect;
  }
});

for (
  const [flags, expected] of [
    [[], "NotCapable, NotCapable"],
    [["--allow-net=127.0.0.1:0"], "done, NotCapable"],
    [["--allow-net=127.0.0.1"], "done, done"],
  ] as const
) {
  Deno.test(`udp with ${flags[0] ?? "no permission"}: ${expected}`, async () => {
    const url = new URL("./peers/refused_udp.ts", import.meta.url);
    const { stdout, stderr } = await runScript(url, [], [...flags]);
    assertEquals([stdout, stderr], [expected, ""]);
  });
}
