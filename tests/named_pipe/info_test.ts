import { assert, assertEquals, assertThrows } from "@std/assert";
import { connectPipe, listenPipe, listPipes, pipeInfo } from "../../mod.ts";
import { bytes, text, uniqueName } from "../support/names.ts";
import { pair, serverPeer } from "./helpers.ts";

Deno.test("pipeInfo() reports how a pipe was made", async () => {
  await using listener = listenPipe(uniqueName(), {
    mode: "message",
    maxInstances: 7,
    backlog: 3,
    inputBuffer: 8192,
    outputBuffer: 16384,
  });
  const info = pipeInfo(listener.name);
  assertEquals({ ...info, serverSessionId: 0, instances: 0 }, {
    name: listener.name,
    mode: "message",
    inputBuffer: 8192,
    outputBuffer: 16384,
    maxInstances: 7,
    instances: 0,
    serverPid: Deno.pid,
    serverSessionId: 0,
  });
  // All of them are made at once.
  assertEquals(info.instances, 7);
});

Deno.test("pipeInfo() reports any number as Infinity", async () => {
  await using listener = listenPipe(uniqueName(), { backlog: 3 });
  const { mode, instances, maxInstances } = pipeInfo(listener.name);
  assertEquals([mode, instances, maxInstances], ["byte", 3, Infinity]);
});

Deno.test("pipeInfo() reports the process of another server", async () => {
  const name = uniqueName();
  await using peer = await serverPeer("hold", name);
  assertEquals(pipeInfo(name).serverPid, peer.pid);
});

Deno.test("pipeInfo() works on pipes of one direction", async () => {
  for (const access of ["read", "write"] as const) {
    await using listener = listenPipe(uniqueName(), { access });
    assertEquals(pipeInfo(listener.name).serverPid, Deno.pid);
  }
});

Deno.test("pipeInfo() is seen by the server as a client that leaves", async () => {
  await using listener = listenPipe(uniqueName());
  pipeInfo(listener.name);
  await using server = await listener.accept();
  assertEquals(await server.read(new Uint8Array(1)), null);
});

Deno.test("pipeInfo() where nobody listens is NotFound", () => {
  assertThrows(
    () => pipeInfo(uniqueName()),
    Deno.errors.NotFound,
    "nobody listens",
  );
});

Deno.test("pipeInfo() of a pipe without a free instance is Busy", async () => {
  await using listener = listenPipe(uniqueName(), { maxInstances: 1 });
  await using _client = await connectPipe(listener.name);
  assertThrows(() => pipeInfo(listener.name), Deno.errors.Busy, "are taken");
});

Deno.test("pipeInfo() refuses bad names before any call", () => {
  for (const name of ["", "a\0", 5, null]) {
    assertThrows(() => pipeInfo(name as string), TypeError);
  }
});

Deno.test("listPipes() lists our pipe, or says that the system has no list", async () => {
  const name = uniqueName();
  await using _listener = listenPipe(name);
  try {
    assert(listPipes().some((pipe) => pipe.name === name));
  } catch (error) {
    assert(error instanceof Deno.errors.NotSupported);
  }
});

Deno.test("peek() reports what waits, and takes nothing", async () => {
  await using ends = await pair();
  assertEquals(ends.server.peek().available, 0);
  await ends.client.write(bytes("abcdef"));
  const { available, message, bytes: first } = ends.server.peek(3);
  assertEquals([available, message, text(first)], [6, 0, "abc"]);
  assertEquals(await ends.server.read(new Uint8Array(9)), 6);
});

Deno.test("peek() reports the size of the next message", async () => {
  await using ends = await pair({ mode: "message" });
  await ends.client.write(bytes("abcdef"));
  await ends.client.write(bytes("xy"));
  const { available, message, bytes: first } = ends.server.peek(3);
  assertEquals([available, message, text(first)], [8, 6, "abc"]);
});

Deno.test("peek() at the end of the stream is BrokenPipe", async () => {
  await using ends = await pair();
  await ends.client.write(bytes("x"));
  ends.client.close();
  assertEquals(ends.server.peek().available, 1);
  await ends.server.read(new Uint8Array(1));
  assertThrows(() => ends.server.peek(), Deno.errors.BrokenPipe, "has closed");
});

Deno.test("peek() refuses a bad limit, and a closed connection", async () => {
  await using ends = await pair();
  assertThrows(() => ends.server.peek(-1), RangeError);
  assertThrows(() => ends.server.peek(1.5), TypeError);
  ends.server.close();
  assertThrows(() => ends.server.peek(), Deno.errors.BadResource);
});
