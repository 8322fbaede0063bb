import { assertEquals, assertRejects } from "@std/assert";
import { connectRpc, serveRpc } from "../../lib/rpc/mod.ts";
import { bytes } from "../support/names.ts";
import "../support/native.ts";
import { type Peer, startScript } from "../support/peer.ts";
import { wrapped } from "../support/wrapped.ts";
import { uniqueBindings, uniqueUuid } from "./helpers.ts";
import { withoutMemoryFor } from "./without_memory.ts";

const NEVER_ANSWERS = 7;
/** Answers once the server is told "release". */
const HOLDS = 10;
const CALLS = 3;
const ROUNDS = 3;
const { ConnectionReset } = Deno.errors;

async function startServer(uuid: string, binding: string): Promise<Peer> {
  const url = new URL("./peers/server.ts", import.meta.url);
  const peer = startScript(url, [uuid, binding]);
  await peer.says(`ready ${binding}`);
  return peer;
}

for (const index of [0, 1, 2]) {
  const binding = uniqueBindings()[index]!;
  const [protocol] = binding.split(":");
  Deno.test(`clients by ${protocol} go on after their server has ended in the middle of several calls`, async () => {
    const uuid = uniqueUuid();
    const id = { uuid, version: "2.3" };
    let server = await startServer(uuid, binding);
    using first = await connectRpc(binding, id);
    using second = await connectRpc(binding, id);
    for (let round = 0; round < ROUNDS; round++) {
      const calls = Array.from(
        { length: CALLS },
        (_, i) => [first, second][i % 2]!.call(NEVER_ANSWERS, bytes("?")),
      );
      const failed = calls.map((call) =>
        assertRejects(() => call, ConnectionReset)
      );
      for (const _ of calls) await server.says("handling");
      await server.send("crash");
      await server.ended();
      await server[Symbol.asyncDispose]();
      await Promise.all(failed);
      server = await startServer(uuid, binding);
      const answers = [first, second, first].map((client) =>
        client.call(0, bytes("again"))
      );
      for (const answer of answers) {
        assertEquals(await answer, bytes("again"));
      }
      using third = await connectRpc(binding, id);
      assertEquals(await third.call(0, bytes("new")), bytes("new"));
    }
    await server[Symbol.asyncDispose]();
  });
}

Deno.test("a client goes on after all of its calls were aborted", async () => {
  const uuid = uniqueUuid();
  const [binding] = uniqueBindings();
  await using server = await startServer(uuid, binding);
  using client = await connectRpc(binding, { uuid, version: "2.3" });
  for (let round = 0; round < ROUNDS; round++) {
    const controller = new AbortController();
    const { signal } = controller;
    const calls = Array.from(
      { length: CALLS },
      () => client.call(HOLDS, bytes("?"), { signal }),
    );
    const aborted = calls.map((call) =>
      assertRejects(() => call, Error, "enough")
    );
    for (const _ of calls) await server.says("holding");
    controller.abort(new Error("enough"));
    await Promise.all(aborted);
    // Once it rests, the server has lost all connections.
    await server.send("release");
    await server.line();
    assertEquals(await client.call(0, bytes("on")), bytes("on"));
  }
});

Deno.test("a call that its server has no memory for fails, and the next ones do not", async () => {
  const uuid = uniqueUuid();
  const [binding] = uniqueBindings();
  const size = 54_321;
  const url = new URL("./peers/starved.ts", import.meta.url);
  await using server = startScript(url, [uuid, binding, size]);
  await server.says("ready");
  using client = await connectRpc(binding, { uuid });
  for (let i = 0; i < ROUNDS; i++) {
    await assertRejects(
      () => client.call(0, new Uint8Array(size)),
      Error,
      "RPC_S_OUT_OF_RESOURCES",
    );
    assertEquals(await client.call(0, bytes("on")), bytes("on"));
  }
});

Deno.test("a call whose results its client has no memory for fails, and the next ones do not", async () => {
  const uuid = uniqueUuid();
  const [binding] = uniqueBindings();
  const size = 54_321;
  const results = new Uint8Array(size);
  await using _server = await serveRpc({
    bindings: [binding],
    interfaces: { uuid, procedures: [() => results, (bytes) => bytes] },
  });
  using client = await connectRpc(binding, { uuid });
  const calls: string[] = [];
  using _counting = wrapped(Object.fromEntries(
    ["CreateThread", "I_RpcFreeBuffer"].map((name) => [
      name,
      (native) => (...args) => {
        calls.push(name);
        return native(...args);
      },
    ]),
  ));
  for (let i = 0; i < ROUNDS; i++) {
    {
      using _starved = withoutMemoryFor(size);
      await assertRejects(
        () => client.call(0, bytes("?")),
        RangeError,
        `no memory for ${size} bytes`,
      );
    }
    assertEquals(await client.call(1, bytes("on")), bytes("on"));
  }
  // RPC's buffers are freed, and the thread is used again.
  assertEquals(calls, Array(2 * ROUNDS).fill("I_RpcFreeBuffer"));
});
