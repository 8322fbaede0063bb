/** What Windows' runtime does otherwise than Wine's, put in front of it. */

import { assertEquals, assertRejects } from "@std/assert";
import { parseBinding } from "../../lib/rpc/binding.ts";
import {
  connectRpc,
  type RpcCaller,
  serveRpc,
  type ServeRpcOptions,
} from "../../lib/rpc/mod.ts";
import { allocate, copyIn, copyOut } from "../../lib/win32/memory.ts";
import {
  RPC_CALL_ATTRIBUTES_V2_W,
  RPC_SECURITY_QOS,
  RPC_SERVER_INTERFACE,
  rpcrt4,
} from "../../lib/win32/rpcrt4.ts";
import { field } from "../../lib/win32/structs.ts";
import { toUtf16 } from "../../lib/win32/utf16.ts";
import { WINE_STUBS } from "../../lib/win32/wine.ts";
import { bytes } from "../support/names.ts";
import "../support/native.ts";
import { startScript } from "../support/peer.ts";
import { wrapped } from "../support/wrapped.ts";
import { uniqueBindings, uniqueUuid } from "./helpers.ts";

const NOTHING = new Uint8Array();
const RPC_IF_ALLOW_LOCAL_ONLY = 0x20;
const echo = [(bytes: Uint8Array) => bytes];

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

Deno.test("serveRpc() in a second thread of the process is an error", async () => {
  const RPC_S_TYPE_ALREADY_REGISTERED = 1712;
  const [local] = uniqueBindings();
  const serving = () =>
    serveRpc({
      bindings: [local],
      interfaces: { uuid: uniqueUuid(), procedures: echo },
    });
  // Registers what stays registered, which later tests need.
  await (await serving())[Symbol.asyncDispose]();
  // Each thread registers the same interfaces of winipc.
  using _registered = wrapped({
    RpcServerRegisterIf2: () => () => RPC_S_TYPE_ALREADY_REGISTERED,
  });
  await assertRejects(
    serving,
    Deno.errors.AlreadyExists,
    "another thread of this process serves RPC",
  );
});

Deno.test("serveRpc() serves at an endpoint that another thread of the process has opened", async () => {
  const RPC_S_DUPLICATE_ENDPOINT = 1740;
  const RPC_C_PROTSEQ_MAX_REQS_DEFAULT = 10;
  const uuid = uniqueUuid();
  const interfaces = { uuid, procedures: echo };
  let duplicate = true;
  // Wine returns 0 for an endpoint that the process has.
  using _duplicate = wrapped({
    RpcServerUseProtseqEpW: (native) => (...args) =>
      duplicate ? RPC_S_DUPLICATE_ENDPOINT : native(...args),
  });
  for (const binding of uniqueBindings()) {
    const serving = () => serveRpc({ bindings: [binding], interfaces });
    await assertRejects(serving, Deno.errors.AddrInUse);
    const { protocol, endpoint } = parseBinding(binding);
    duplicate = false;
    // As winipc does in another thread.
    const status = rpcrt4().raw.RpcServerUseProtseqEpW(
      toUtf16(protocol),
      RPC_C_PROTSEQ_MAX_REQS_DEFAULT,
      toUtf16(endpoint),
      0n,
    );
    assertEquals(status, 0);
    duplicate = true;
    await using _server = await serving();
    using client = await connectRpc(binding, { uuid });
    assertEquals(await client.call(0, bytes("x")), bytes("x"));
  }
});

Deno.test("serveRpc() lets Windows refuse remote callers, unless it serves TCP or them, and limits calls", async () => {
  const [local, pipe, tcp] = uniqueBindings();
  const registered: number[][] = [];
  using _watching = wrapped({
    RpcServerRegisterIf2: (native) => (...args) => {
      registered.push([args[3] as number, args[5] as number]);
      return native(...args);
    },
  });
  const uuids = [uniqueUuid(), uniqueUuid(), uniqueUuid(), uniqueUuid()];
  const rounds: [Partial<ServeRpcOptions>, boolean, number][] = [
    [{ bindings: [local, pipe] }, true, 2 ** 26],
    [{ bindings: [local, tcp] }, false, 2 ** 26],
    [{ bindings: [pipe], remote: true, maxCallSize: 5 }, false, 5],
  ];
  for (const [options, localOnly, maxSize] of rounds) {
    const interfaces = uuids.map((uuid) => ({ uuid, procedures: echo }));
    const bindings = options.bindings!;
    await using _server = await serveRpc({ ...options, bindings, interfaces });
    const own = registered.splice(0).filter(([, size]) => size === maxSize);
    assertEquals(own.length, interfaces.length);
    for (const [flags] of own) {
      assertEquals((flags! & RPC_IF_ALLOW_LOCAL_ONLY) !== 0, localOnly);
    }
  }
});

Deno.test("serveRpc() refuses larger calls than maxCallSize over every protocol", async () => {
  const uuid = uniqueUuid();
  const bindings = uniqueBindings();
  await using _server = await serveRpc({
    bindings,
    interfaces: { uuid, procedures: echo },
    maxCallSize: 100,
  });
  for (const binding of bindings) {
    using client = await connectRpc(binding, { uuid });
    const most = new Uint8Array(100);
    assertEquals(await client.call(0, most), most);
    await assertRejects(
      () => client.call(0, new Uint8Array(101)),
      Deno.errors.PermissionDenied,
    );
    assertEquals(await client.call(0, most), most);
  }
});

Deno.test("serveRpc() takes Windows' word for where a pipe's caller is, and TCP's address", async () => {
  const uuid = uniqueUuid();
  const [local, pipe, tcp] = uniqueBindings();
  await using _server = await serveRpc({
    bindings: [local, pipe, tcp],
    interfaces: { uuid, procedures: echo },
  });
  let locality = 0;
  using _attributes = wrapped({
    RpcServerInqCallAttributesW: () => (_binding, attributes) => {
      const view = new DataView((attributes as Uint8Array).buffer);
      assertEquals(view.getUint32(0, true), 2);
      const [at] = RPC_CALL_ATTRIBUTES_V2_W.fields.IsClientLocal;
      view.setInt32(at, locality, true);
      return 0;
    },
  });
  const stubs = [...WINE_STUBS];
  WINE_STUBS.clear();
  try {
    // Local, remote, and unknown, when the pipe's address says it.
    for (
      const [value, allowed] of [[1, true], [2, false], [3, true]] as const
    ) {
      locality = value;
      for (const binding of [local, pipe, tcp]) {
        using client = await connectRpc(binding, { uuid });
        const answer = await client.call(0, bytes("x"))
          .then(() => true, ({ name }) => name);
        const expected = binding !== pipe || allowed || "PermissionDenied";
        assertEquals(answer, expected, `${binding} ${value}`);
      }
    }
  } finally {
    for (const name of stubs) WINE_STUBS.add(name);
  }
});

Deno.test("connectRpc() authenticates at identification level, by the service that is asked for", async () => {
  const uuid = uniqueUuid();
  const [binding] = uniqueBindings();
  const asked: unknown[][] = [];
  using _watching = wrapped({
    // RPC_S_UNKNOWN_AUTHN_SERVICE: what follows is not this test's.
    RpcBindingSetAuthInfoExW: () => (...args) => {
      const [, principal, , service, , , qos] = args as [
        unknown,
        Uint8Array | null,
        number,
        number,
        unknown,
        unknown,
        Uint8Array,
      ];
      const level = field(RPC_SECURITY_QOS, qos, "ImpersonationType");
      asked.push([principal?.byteLength, service, level]);
      return 1747;
    },
  });
  const principal = { serverPrincipal: "host/x" };
  const options = [
    {},
    { authenticationService: "ntlm" },
    { authenticationService: "negotiate", ...principal },
  ] as const;
  for (const option of options) {
    await assertRejects(
      () => connectRpc(binding, { uuid, authentication: "call", ...option }),
      Deno.errors.NotSupported,
    );
  }
  assertEquals(asked, [
    [undefined, 10, 2],
    [undefined, 10, 2],
    [2 * "host/x\0".length, 9, 2],
  ]);
});

Deno.test("a binding by ncalrpc may name a computer, as Windows writes it", async () => {
  const uuid = uniqueUuid();
  const [binding] = uniqueBindings();
  const named = binding.replace("ncalrpc:", "ncalrpc:DESKTOP-1");
  await using server = await serveRpc({
    bindings: [named],
    interfaces: { uuid, procedures: echo },
  });
  assertEquals(server.bindings, [binding]);
  for (const at of [binding, named]) {
    using client = await connectRpc(at, { uuid });
    assertEquals(await client.call(0, bytes("x")), bytes("x"));
  }
});

const SERVER = new URL("./peers/server.ts", import.meta.url);
/** Answers once the server is told "release". */
const HOLDS = 10;

Deno.test("a call by ncalrpc is aborted at once, and its client closed, while the server holds it", async () => {
  const uuid = uniqueUuid();
  const [binding] = uniqueBindings();
  await using server = startScript(SERVER, [uuid, binding]);
  await server.says(`ready ${binding}`);
  let cancelled = 0;
  let freed = 0;
  using _counting = wrapped({
    RpcCancelThreadEx: (native) => (...args) => {
      cancelled++;
      return native(...args);
    },
    RpcBindingFree: (native) => (...args) => {
      freed++;
      return native(...args);
    },
  });
  const client = await connectRpc(binding, { uuid, version: "2.3" });
  const controller = new AbortController();
  const { signal } = controller;
  const calls = [1, 2].map(() => client.call(HOLDS, NOTHING, { signal }));
  for (const _ of calls) await server.says("holding");
  controller.abort("enough");
  // The server holds them until it is told "release".
  for (const call of calls) {
    assertEquals(await call.catch((reason) => reason), "enough");
  }
  assertEquals(await client.call(0, bytes("on")), bytes("on"));
  client.close();
  assertEquals([cancelled, freed], [0, 0]);
  // The binding goes with the last call.
  await server.send("release");
  await server.line();
  while (freed === 0) await new Promise((resolve) => setTimeout(resolve));
});

Deno.test("a call that its server does not let be cancelled is aborted after ten attempts", async () => {
  const uuid = uniqueUuid();
  const [, , binding] = uniqueBindings();
  await using server = startScript(SERVER, [uuid, binding]);
  await server.says(`ready ${binding}`);
  let attempts = 0;
  using _hanging = wrapped({
    RpcCancelThreadEx: () => () => {
      attempts++;
      return 0;
    },
  });
  using client = await connectRpc(binding, { uuid, version: "2.3" });
  const call = client.call(HOLDS, NOTHING, { timeout: 10 });
  const rejected = assertRejects(
    () => call,
    DOMException,
    "the server did not answer within 10 ms",
  );
  await server.says("holding");
  await rejected;
  assertEquals(attempts, 10);
  await server.send("release");
  await server.line();
  assertEquals(await client.call(0, bytes("on")), bytes("on"));
});
