/** What Windows' runtime does otherwise than Wine's, put in front of it. */

import { assertEquals } from "@std/assert";
import { connectRpc, type RpcCaller, serveRpc } from "../../lib/rpc/mod.ts";
import { wrapNatives, type Wrapper } from "../../lib/win32/binding.ts";
import { allocate, copyIn, copyOut } from "../../lib/win32/memory.ts";
import { RPC_SERVER_INTERFACE } from "../../lib/win32/rpcrt4.ts";
import { bytes } from "../helpers/names.ts";
import "../helpers/native.ts";
import { uniqueBindings, uniqueUuid } from "./helpers.ts";

const NOTHING = new Uint8Array();
const echo = [(bytes: Uint8Array) => bytes];

/** Puts `wrappers` around the functions of those names, until it is disposed of. */
function wrapped(wrappers: Record<string, Wrapper>): Disposable {
  wrapNatives((native, bound) =>
    wrappers[bound.name]?.(native, bound) ?? native
  );
  return {
    [Symbol.dispose]() {
      wrapNatives(undefined);
    },
  };
}

Deno.test("serveRpc() answers where the runtime describes the interface in memory of its own", async () => {
  const uuid = uniqueUuid();
  const [binding] = uniqueBindings();
  let copies = 0;
  using _copying = wrapped({
    RpcServerRegisterIf2: (native) => (address, ...rest) => {
      const description = new Uint8Array(RPC_SERVER_INTERFACE.size);
      copyOut(address as bigint, description);
      const copy = allocate(description.byteLength);
      copyIn(copy, description);
      copies++;
      return native(copy, ...rest);
    },
  });
  await using _server = await serveRpc({
    bindings: [binding],
    interfaces: [
      { uuid, procedures: echo },
      { uuid, version: "2.0", procedures: [() => bytes("two")] },
    ],
  });
  assertEquals(copies > 0, true);
  using first = await connectRpc(binding, { uuid });
  assertEquals(await first.call(0, bytes("one")), bytes("one"));
  using second = await connectRpc(binding, { uuid, version: "2.0" });
  assertEquals(await second.call(0, NOTHING), bytes("two"));
});

Deno.test("a handler's caller asks for the process of callers by ncalrpc alone", async () => {
  const uuid = uniqueUuid();
  const bindings = uniqueBindings();
  const callers: RpcCaller[] = [];
  await using _server = await serveRpc({
    bindings,
    interfaces: {
      uuid,
      procedures: [(bytes, { caller }) => {
        callers.push(caller);
        return bytes;
      }],
    },
  });
  let asked = 0;
  using _counting = wrapped({
    I_RpcBindingInqLocalClientPID: (native) => (...args) => {
      asked++;
      return native(...args);
    },
  });
  for (const binding of bindings) {
    using client = await connectRpc(binding, { uuid });
    await client.call(0, NOTHING);
  }
  assertEquals(callers.map(({ protocol, pid }) => [protocol, pid]), [
    ["ncalrpc", Deno.pid],
    ["ncacn_np", undefined],
    ["ncacn_ip_tcp", undefined],
  ]);
  assertEquals(asked, 1);
});
