import { assert, assertEquals, assertRejects } from "@std/assert";
import { wrapNatives, type Wrapper } from "../../lib/win32/binding.ts";
import { restoreLastError, Win32Error } from "../../lib/win32/error.ts";
import { ERROR } from "../../lib/win32/error_codes.ts";
import {
  connectPipe,
  handleValue,
  listenPipe,
  readExactly,
} from "../../mod.ts";
import { bytes, text, uniqueName } from "../support/names.ts";
import { wrapped } from "../support/wrapped.ts";
import { clientPeer, serverPeer, turn } from "./helpers.ts";

Deno.test("accept() takes a client that connected before", async () => {
  await using listener = listenPipe(uniqueName());
  await using peer = clientPeer("stay", listener.name);
  await peer.says("connected");
  await using connection = await listener.accept();
  assertEquals(connection.peer().pid, peer.pid);
});

Deno.test("accept() takes a client that left before, with what it wrote", async () => {
  await using listener = listenPipe(uniqueName());
  await using peer = clientPeer("write", listener.name, "last words");
  await peer.says("left");
  assertEquals((await peer.ended()).code, 0);
  await using connection = await listener.accept();
  assertEquals(text(await readExactly(connection, 10)), "last words");
  assertEquals(await connection.read(new Uint8Array(9)), null);
});

Deno.test("accept() takes a client that left before without a word", async () => {
  await using listener = listenPipe(uniqueName());
  await using peer = clientPeer("write", listener.name);
  await peer.says("left");
  await using connection = await listener.accept();
  assertEquals(await connection.read(new Uint8Array(9)), null);
});

Deno.test("accept() waits for a client", async () => {
  await using listener = listenPipe(uniqueName());
  const accepted = listener.accept();
  await using peer = clientPeer("stay", listener.name);
  await using connection = await accepted;
  assertEquals(connection.role, "server");
  await peer.says("connected");
});

Deno.test("accept() serves pending calls in their order", async () => {
  await using listener = listenPipe(uniqueName());
  const accepting = [listener.accept(), listener.accept(), listener.accept()];
  for (const [i, accepted] of accepting.entries()) {
    await using client = await connectPipe(listener.name);
    await using server = await accepted;
    await client.write(bytes(`${i}`));
    assertEquals(text(await readExactly(server, 1)), `${i}`);
  }
});

Deno.test("accept() meets 100 clients that dial at the same moment", async () => {
  await using listener = listenPipe(uniqueName());
  await using peer = clientPeer("echo", listener.name, 100, 1);
  const serving: Promise<void>[] = [];
  for (let i = 0; i < 100; i++) {
    const { readable, writable } = await listener.accept();
    serving.push(readable.pipeTo(writable));
  }
  await peer.says("connected");
  await peer.send("go");
  await peer.says("100");
  await Promise.all(serving);
});

Deno.test("accept() meets 64 clients with a backlog of 1", async () => {
  await using listener = listenPipe(uniqueName(), { backlog: 1 });
  const dialling = Array.from(
    { length: 64 },
    () => connectPipe(listener.name),
  );
  const servers = dialling.map(() => listener.accept());
  const ends = await Promise.all([...dialling, ...servers]);
  await Promise.all(ends.map((end) => end[Symbol.asyncDispose]()));
});

Deno.test("accept() aborted rejects with the reason, and the next one works", async () => {
  await using listener = listenPipe(uniqueName());
  const abort = new AbortController();
  const accepted = listener.accept({ signal: abort.signal });
  await turn();
  abort.abort(new Error("enough"));
  await assertRejects(() => accepted, Error, "enough");
  await using _client = await connectPipe(listener.name);
  await using _server = await listener.accept();
});

Deno.test("accept() times out, and the next one works", async () => {
  await using listener = listenPipe(uniqueName());
  const error = await assertRejects(
    () => listener.accept({ timeout: 5 }),
    DOMException,
  );
  assertEquals(error.name, "TimeoutError");
  await using _client = await connectPipe(listener.name);
  await using _server = await listener.accept();
});

Deno.test("accept() that is aborted leaves the client to the next one", async () => {
  await using listener = listenPipe(uniqueName());
  const abort = new AbortController();
  const first = listener.accept({ signal: abort.signal });
  const second = listener.accept();
  abort.abort();
  await assertRejects(() => first, DOMException);
  await using _client = await connectPipe(listener.name);
  await using _server = await second;
});

Deno.test("accept() aborted once its client has arrived has it, and the next one waits", async () => {
  await using listener = listenPipe(uniqueName());
  const abort = new AbortController();
  // For each client that has arrived, another instance is made.
  using _ = wrapped({
    CreateNamedPipeW: (native) => (...args) => {
      abort.abort();
      return native(...args);
    },
  });
  const first = listener.accept({ signal: abort.signal });
  const second = listener.accept();
  await using peer = clientPeer("stay", listener.name);
  await using server = await first;
  assertEquals(abort.signal.aborted, true);
  assertEquals(server.peer().pid, peer.pid);
  await using _client = await connectPipe(listener.name);
  await using next = await second;
  assertEquals(next.peer().pid, Deno.pid);
});

Deno.test("accept() with an aborted signal or a bad option rejects", async () => {
  await using listener = listenPipe(uniqueName());
  const signal = AbortSignal.abort(new Error("before"));
  await assertRejects(() => listener.accept({ signal }), Error, "before");
  await assertRejects(() => listener.accept({ timeout: -1 }), RangeError);
});

Deno.test("accept() rejects when the listener is closed, before or meanwhile", async () => {
  const listener = listenPipe(uniqueName());
  const pending = assertRejects(
    () => listener.accept(),
    Deno.errors.BadResource,
    "is closed",
  );
  await listener[Symbol.asyncDispose]();
  await pending;
  await assertRejects(() => listener.accept(), Deno.errors.BadResource);
});

Deno.test("close() of a listener ends its iterator", async () => {
  await using listener = listenPipe(uniqueName());
  await using peer = clientPeer("stay", listener.name);
  let clients = 0;
  for await (const connection of listener) {
    await using _ = connection;
    clients++;
    listener.close();
  }
  assertEquals(clients, 1);
  await peer.says("connected");
});

Deno.test("close() of a listener leaves its connections alive", async () => {
  await using listener = listenPipe(uniqueName());
  await using client = await connectPipe(listener.name);
  await using server = await listener.accept();
  listener.close();
  await client.write(bytes("still here"));
  assertEquals(text(await readExactly(server, 10)), "still here");
});

Deno.test("close() of a listener cuts off who was not accepted", async () => {
  const listener = listenPipe(uniqueName());
  await using client = await connectPipe(listener.name);
  await listener[Symbol.asyncDispose]();
  assertEquals(await client.read(new Uint8Array(9)), null);
});

Deno.test("close() of a listener leaves a client to the accept() that took it", async () => {
  const arrived = Promise.withResolvers<void>();
  await using listener = listenPipe(uniqueName());
  using _ = wrapped({
    CreateNamedPipeW: (native) => (...args) => {
      arrived.resolve();
      return native(...args);
    },
  });
  await using peer = clientPeer("write", listener.name, "last words");
  await arrived.promise;
  const first = listener.accept();
  const second = listener.accept();
  listener.close();
  await assertRejects(() => second, Deno.errors.BadResource, "is closed");
  await using connection = await first;
  assertEquals(text(await readExactly(connection, 10)), "last words");
  await peer.says("left");
});

Deno.test("close() of a listener safe to call twice, and frees the name", async () => {
  const name = uniqueName();
  const listener = listenPipe(name);
  listener.close();
  listener.close();
  await listener[Symbol.asyncDispose]();
  await using _again = listenPipe(name);
});

Deno.test("unref() lets a process with only a pending accept end by itself", async () => {
  await using peer = await serverPeer("unref", uniqueName());
  assertEquals((await peer.ended()).code, 0);
});

Deno.test("unref() still serves a client while the process lives", async () => {
  const name = uniqueName();
  await using peer = await serverPeer("unrefServed", name);
  await using client = await connectPipe(name);
  await client.write(bytes("seen"));
  await peer.says("seen");
});

Deno.test("maxInstances counts a client until it leaves, and the listener lives on", async () => {
  let full = false;
  // Windows counts an instance until both of its ends are closed, Wine does not.
  const count: Wrapper = (native, { name }) => (...args) => {
    if (name !== "CreateNamedPipeW" || !full) return native(...args);
    restoreLastError(ERROR.ERROR_PIPE_BUSY);
    return 0xffff_ffff_ffff_ffffn;
  };
  wrapNatives(count);
  try {
    await using listener = listenPipe(uniqueName(), { maxInstances: 1 });
    await using client = await connectPipe(listener.name);
    const server = await listener.accept();
    full = true;
    server.close();
    const accepted = listener.accept();
    await assertRejects(() => listener.accept({ timeout: 20 }), DOMException);
    client.close();
    full = false;
    await using _next = await connectPipe(listener.name, {
      waitForPeer: true,
    });
    await using _server = await accepted;
  } finally {
    wrapNatives(undefined);
  }
});

Deno.test("maxInstances has a place once a client of another process leaves, whose server's end is closed", async () => {
  await using listener = listenPipe(uniqueName(), { maxInstances: 1 });
  await using peer = clientPeer("stay", listener.name);
  await peer.says("connected");
  (await listener.accept()).close();
  const accepted = listener.accept();
  await turn();
  await peer.send("leave");
  await peer.ended();
  await using client = await connectPipe(listener.name, {
    waitForPeer: true,
  });
  await using server = await accepted;
  assertEquals(client.peer().pid, server.peer().pid);
});

Deno.test("a listener whose name is taken by another program ends, and joins it not", async () => {
  const name = uniqueName();
  await using listener = listenPipe(name, { maxInstances: 1 });
  let full = false;
  wrapNatives((native, bound) => (...args) => {
    if (bound.name !== "CreateNamedPipeW" || !full) return native(...args);
    restoreLastError(ERROR.ERROR_PIPE_BUSY);
    return 0xffff_ffff_ffff_ffffn;
  });
  try {
    await using client = await connectPipe(name);
    const server = await listener.accept();
    // A child may have the handle: the instance is not used again.
    handleValue(server);
    full = true;
    server.close();
    client.close();
    // Between the end of the last instance and the next one the name is free.
    await using _other = await serverPeer("hold", name);
    full = false;
    await assertRejects(() => listener.accept(), Deno.errors.AddrInUse);
  } finally {
    wrapNatives(undefined);
  }
});

Deno.test("maxInstances: what was written before close() reaches its client, and the end; the next one waits", async () => {
  await using listener = listenPipe(uniqueName(), { maxInstances: 1 });
  const client = await connectPipe(listener.name);
  const server = await listener.accept();
  await server.write(bytes("last words"));
  server.close();
  const accepted = listener.accept();
  const next = connectPipe(listener.name);
  await assertRejects(
    () => connectPipe(listener.name, { timeout: 50 }),
    DOMException,
    "all its instances are taken",
  );
  assertEquals(text(await readExactly(client, 10)), "last words");
  // It has not left: its place is free anyway.
  assertEquals(await client.read(new Uint8Array(9)), null);
  await using _server = await accepted;
  await using _next = await next;
  client.close();
});

Deno.test("maxInstances: a client without a connection for it is disconnected, and the next one is served", async () => {
  await using listener = listenPipe(uniqueName(), { maxInstances: 1 });
  let refusals = 0;
  using _ = wrapped({
    DuplicateHandle: (native) => (...args) => {
      if (refusals++ > 0) return native(...args);
      restoreLastError(ERROR.ERROR_NOT_ENOUGH_MEMORY);
      return 0;
    },
  });
  const accepted = listener.accept();
  await using peer = clientPeer("read", listener.name);
  await assertRejects(() => accepted, Win32Error);
  await peer.says("connected");
  assertEquals((await peer.line()).split(" ")[0], "0");
  const next = listener.accept();
  await using client = await connectPipe(listener.name, { waitForPeer: true });
  await using server = await next;
  await server.write(bytes("served"));
  assertEquals(text(await readExactly(client, 6)), "served");
});

Deno.test("maxInstances: close() of the listener leaves the client what it has not read", async () => {
  const name = uniqueName();
  const listener = listenPipe(name, { maxInstances: 1 });
  await using client = await connectPipe(name);
  const server = await listener.accept();
  await server.write(bytes("last words"));
  server.close();
  await turn();
  await listener[Symbol.asyncDispose]();
  assertEquals(text(await readExactly(client, 10)), "last words");
  assertEquals(await client.read(new Uint8Array(9)), null);
  client.close();
  await using _again = listenPipe(name);
});

Deno.test("maxInstances: all instances are there from the start, and no other program makes one", async () => {
  await using listener = listenPipe(uniqueName(), {
    maxInstances: 3,
    backlog: 1,
  });
  const clients = await Promise.all(
    [1, 2, 3].map(() => connectPipe(listener.name)),
  );
  for (const client of clients) client.close();
  for (let i = 0; i < 3; i++) (await listener.accept()).close();
  await using peer = await serverPeer("join", listener.name);
  await peer.says("ERROR_PIPE_BUSY");
});

Deno.test("accept() keeps a program alive while the next instance cannot be made", async () => {
  await using peer = await serverPeer("full", uniqueName());
  assertEquals(await peer.ended(), { code: 0, stdout: "accepted", stderr: "" });
});

Deno.test("maxInstances keeps further clients waiting", async () => {
  await using listener = listenPipe(uniqueName(), { maxInstances: 1 });
  const first = await connectPipe(listener.name);
  const second = connectPipe(listener.name);
  const server = await listener.accept();
  await assertRejects(
    () => connectPipe(listener.name, { timeout: 50 }),
    DOMException,
    `Cannot connect to "${listener.name}": all its instances are taken, and none came free within 50 ms`,
  );
  await Promise.all([first, server].map((end) => end[Symbol.asyncDispose]()));
  await using _server = await listener.accept();
  await using client = await second;
  assert(client.peer().pid === Deno.pid);
});
