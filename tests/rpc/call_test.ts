import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import {
  connectRpc,
  ndr,
  type RpcClient,
  RpcHandlerError,
  serveRpc,
} from "../../lib/rpc/mod.ts";
import { Win32Error } from "../../lib/win32/error.ts";
import { bytes, pattern, text } from "../support/names.ts";
import "../support/native.ts";
import { type Peer, startScript } from "../support/peer.ts";
import { UNDER_WINE } from "../support/system.ts";
import { uniqueBindings, uniqueUuid } from "./helpers.ts";

const { errors } = Deno;
const NOTHING = new Uint8Array();
const SERVER = new URL("./peers/server.ts", import.meta.url);

/** Starts a server in another process. */
async function startServer(uuid: string, bindings: string[]): Promise<Peer> {
  const server = startScript(SERVER, [uuid, ...bindings]);
  await server.says(`ready ${bindings.join(" ")}`);
  return server;
}

/** Checks what a call that must fail rejects with. */
async function rejectsWith(
  promise: Promise<unknown>,
  type: new () => Error,
  code: number,
  message: string,
): Promise<void> {
  const error = await assertRejects(() => promise, type, message);
  assertInstanceOf(error.cause, Win32Error);
  assertEquals(error.cause.code, code);
}

Deno.test("call() rejects when its server is killed in the middle, and works with the next one", async () => {
  const uuid = uniqueUuid();
  const bindings = uniqueBindings();
  const server = await startServer(uuid, bindings);
  const clients: RpcClient[] = [];
  for (const binding of bindings) {
    clients.push(await connectRpc(binding, { uuid, version: "2.3" }));
  }
  const calls = clients.map((client) =>
    rejectsWith(
      client.call(7, NOTHING),
      errors.ConnectionReset,
      1726,
      "the server ended, or broke the connection, before it answered (RPC_S_CALL_FAILED)",
    )
  );
  for (let i = 0; i < calls.length; i++) await server.says("handling");
  await server.send("crash");
  await server.ended();
  await Promise.all(calls);
  for (const client of clients) {
    await rejectsWith(
      client.call(0, NOTHING),
      errors.NotFound,
      1722,
      "no server is there (RPC_S_SERVER_UNAVAILABLE)",
    );
  }
  await using _again = await startServer(uuid, bindings);
  for (const client of clients) {
    assertEquals(await client.call(0, bytes("again")), bytes("again"));
    client.close();
  }
  await server[Symbol.asyncDispose]();
});

Deno.test("connectRpc() with waitForPeer waits until a server listens", async () => {
  const uuid = uniqueUuid();
  for (const binding of uniqueBindings()) {
    const connecting = connectRpc(binding, { uuid, waitForPeer: true });
    await using _server = await serveRpc({
      bindings: [binding],
      interfaces: { uuid, procedures: [(bytes) => bytes] },
    });
    using client = await connecting;
    assertEquals(await client.call(0, new Uint8Array([7])), Uint8Array.of(7));
  }
  // An attempt over ncalrpc cannot be cancelled, and may outlast the test.
  const [, absent] = uniqueBindings();
  const options = { uuid, waitForPeer: true, timeout: 50 };
  await assertRejects(
    () => connectRpc(absent, options),
    DOMException,
    "within 50 ms",
  );
});

Deno.test("connectRpc() with waitForPeer waits until the server has the interface", async () => {
  const [, binding] = uniqueBindings();
  const serve = (uuid: string) =>
    serveRpc({
      bindings: [binding],
      interfaces: { uuid, procedures: [(bytes) => bytes] },
    });
  await using _first = await serve(uniqueUuid());
  const uuid = uniqueUuid();
  await assertRejects(
    () => connectRpc(binding, { uuid, waitForPeer: true, timeout: 50 }),
    DOMException,
    "the server had no such interface, or not in this version, within 50 ms",
  );
  const connecting = connectRpc(binding, { uuid, waitForPeer: true });
  await using _second = await serve(uuid);
  using client = await connecting;
  assertEquals(await client.call(0, new Uint8Array([7])), Uint8Array.of(7));
});

/**
 * A call by ncalrpc that is given up stays until its server ends, and its end is
 * looked for by a timer, which may outlast the test that ends the server: such
 * tests are the last ones here, because it would end in the next one.
 */
const ABANDONING = { sanitizeOps: false, sanitizeResources: false };

Deno.test(
  "connectRpc() and call() over every protocol, with another process",
  ABANDONING,
  async (t) => {
    const uuid = uniqueUuid();
    const bindings = uniqueBindings();
    await using _server = await startServer(uuid, bindings);
    for (const binding of bindings) {
      const client = await connectRpc(binding, { uuid, version: "2.3" });
      await t.step(`${binding.split(":")[0]} carries bytes`, async () => {
        for (const data of [NOTHING, bytes("hello"), pattern(1 << 20)]) {
          assertEquals(await client.call(0, data), data);
        }
        assertEquals(await client.call(20, NOTHING), new Uint8Array([20]));
      });
      await t.step("carries 64 calls at once", () => atOnce(client));
      await t.step("reports what handlers throw", () => thrown(client));
      await t.step("reports each failure", () => refused(client, uuid));
      await t.step("aborts calls", () => abortedCalls(client));
      await t.step("reports the caller", async () => {
        const caller = JSON.parse(text(await client.call(6, NOTHING)));
        assertEquals(binding.startsWith(`${caller.protocol}:`), true);
        if (caller.protocol === "ncalrpc") assertEquals(caller.pid, Deno.pid);
        if (caller.protocol === "ncacn_ip_tcp") {
          assertEquals(caller.address, "127.0.0.1");
        }
      });
      client.close();
      await assertRejects(() => client.call(0, NOTHING), errors.BadResource);
    }
  },
);

async function atOnce(client: RpcClient): Promise<void> {
  const calls = Array.from(
    { length: 64 },
    (_, i) => client.call(5, new Uint8Array([i])),
  );
  const answers = await Promise.all(calls);
  assertEquals(answers.map(([answer]) => answer), [...answers.keys()]);
}

async function thrown(client: RpcClient): Promise<void> {
  const error = await assertRejects(
    () => client.call(1, NOTHING),
    RpcHandlerError,
    "no good 中",
  );
  assertEquals(error.status >>> 24, 0xe5);
  const own = await assertRejects(
    () => client.call(3, NOTHING),
    RpcHandlerError,
    "0x20000007",
  );
  assertEquals(own.status, 0x2000_0007);
  await assertRejects(
    () => client.call(4, NOTHING),
    RpcHandlerError,
    "Invalid data: give a Uint8Array",
  );
  await rejectsWith(
    client.call(2, NOTHING),
    errors.PermissionDenied,
    5,
    "the server refuses this caller (ERROR_ACCESS_DENIED)",
  );
}

async function refused(client: RpcClient, uuid: string): Promise<void> {
  const { binding } = client;
  for (const procedure of [8, 21, 32767]) {
    await rejectsWith(
      client.call(procedure, NOTHING),
      errors.NotSupported,
      1745,
      "the interface does not have this procedure (RPC_S_PROCNUM_OUT_OF_RANGE)",
    );
  }
  const upper = 9;
  for (const garbage of [NOTHING, bytes("garbage"), pattern(1000)]) {
    await rejectsWith(
      client.call(upper, garbage),
      errors.InvalidData,
      1783,
      `Cannot call procedure 9 at "${binding}": the server cannot decode the data of this call (RPC_X_BAD_STUB_DATA)`,
    );
  }
  const answer = await client.call(upper, ndr.encode([ndr.wideString], ["ü"]));
  assertEquals(ndr.decode([ndr.wideString], answer), ["Ü"]);
  const others = [
    { uuid: uniqueUuid() },
    { uuid, version: "3.0" },
    { uuid, version: "2.4" },
  ];
  for (const id of others) {
    await rejectsWith(
      connectRpc(binding, id),
      errors.NotSupported,
      1717,
      "the server does not have this interface, or not in this version (RPC_S_UNKNOWN_IF)",
    );
  }
  // Wine asks for the very same minor version.
  if (!UNDER_WINE) {
    using older = await connectRpc(binding, { uuid, version: "2.0" });
    assertEquals(await older.call(0, bytes("x")), bytes("x"));
  }
  const second = uuid.replace(/^........./, "00000000-");
  using other = await connectRpc(binding, { uuid: second });
  assertEquals(await other.call(0, NOTHING), new Uint8Array([1]));
}

async function abortedCalls(client: RpcClient): Promise<void> {
  const error = await assertRejects(
    () => client.call(7, NOTHING, { timeout: 50 }),
    DOMException,
    `Cannot call procedure 7 at "${client.binding}": the server did not answer within 50 ms`,
  );
  assertEquals(error.name, "TimeoutError");
  const controller = new AbortController();
  const call = client.call(7, NOTHING, { signal: controller.signal });
  controller.abort("enough");
  assertEquals(await call.catch((reason) => reason), "enough");
  assertEquals(await client.call(0, bytes("on")), bytes("on"));
}

Deno.test("close() ends the calls under way", ABANDONING, async () => {
  const uuid = uniqueUuid();
  const bindings = uniqueBindings().slice(0, 1);
  await using server = await startServer(uuid, bindings);
  const client = await connectRpc(bindings[0]!, { uuid, version: "2.3" });
  const call = client.call(7, NOTHING);
  await server.says("handling");
  client.close();
  await assertRejects(() => call, errors.BadResource, "is closed");
  client.close();
});
