import {
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertThrows,
} from "@std/assert";
import {
  connectRpc,
  type ConnectRpcOptions,
  type RpcCall,
  RpcFault,
  RpcHandlerError,
  serveRpc,
  type ServeRpcOptions,
} from "../../lib/rpc/mod.ts";
import type { Wrapper } from "../../lib/win32/binding.ts";
import { ERROR } from "../../lib/win32/error_codes.ts";
import { bytes } from "../support/names.ts";
import "../support/native.ts";
import { runScript } from "../support/peer.ts";
import { UNDER_WINE } from "../support/system.ts";
import { ASSUMED_SYSTEM32, SCOPED_SYSTEM32 } from "../support/system32.ts";
import { wrapped } from "../support/wrapped.ts";
import { uniqueBindings, uniqueUuid } from "./helpers.ts";

const NOTHING = new Uint8Array();
const echo = [(bytes: Uint8Array) => bytes];

Deno.test("serveRpc() serves, closes, and serves again at the same endpoint", async () => {
  const uuid = uniqueUuid();
  for (const binding of uniqueBindings()) {
    for (let round = 0; round < 2; round++) {
      await using server = await serveRpc({
        bindings: [binding],
        interfaces: { uuid, procedures: echo },
      });
      assertEquals(server.bindings, [binding]);
      using client = await connectRpc(binding, { uuid });
      assertEquals(await client.call(0, bytes("x")), bytes("x"));
      server.close();
      await server.closed;
      await assertRejects(() => client.call(0, NOTHING));
    }
  }
});

Deno.test("serveRpc() begins while the process' last server is being closed", async () => {
  const [binding] = uniqueBindings();
  const bindings = [binding];
  for (let round = 0; round < 20; round++) {
    const old = await serveRpc({
      bindings,
      interfaces: { uuid: uniqueUuid(), procedures: echo },
    });
    old.close();
    // Each round meets it one turn of the event loop further.
    for (let turn = 0; turn < round; turn++) {
      await new Promise((turned) => setTimeout(turned));
    }
    const uuid = uniqueUuid();
    const procedures = [() => {
      throw new Error(`thrown in round ${round}`);
    }];
    // Both ask at once for what the old server shares with those to come.
    const servers = await Promise.all([
      serveRpc({ bindings, interfaces: { uuid, procedures } }),
      serveRpc({ bindings, interfaces: { uuid: uniqueUuid(), procedures } }),
    ]);
    using client = await connectRpc(binding, { uuid });
    await assertRejects(
      () => client.call(0, NOTHING),
      Error,
      `thrown in round ${round}`,
    );
    for (const server of servers) server.close();
    await Promise.all(servers.map(({ closed }) => closed));
    await old.closed;
  }
});

Deno.test("close() ends the calls under way, and notifies their handlers", async () => {
  const uuid = uniqueUuid();
  const [binding] = uniqueBindings();
  const came = Promise.withResolvers<AbortSignal>();
  const server = await serveRpc({
    bindings: [binding],
    interfaces: {
      uuid,
      procedures: (_bytes, { signal }) => {
        came.resolve(signal);
        return Promise.withResolvers<Uint8Array>().promise;
      },
    },
  });
  using client = await connectRpc(binding, { uuid });
  const call = client.call(32767, NOTHING);
  const signal = await came.promise;
  server.close();
  assertEquals(signal.aborted, true);
  await assertRejects(() => call, Deno.errors.ConnectionReset);
  await server.closed;
});

Deno.test("a handler's caller is known until the call ends, and if it was read before", async () => {
  const uuid = uniqueUuid();
  const [binding] = uniqueBindings();
  const calls: RpcCall[] = [];
  let came = Promise.withResolvers<void>();
  const server = await serveRpc({
    bindings: [binding],
    interfaces: {
      uuid,
      procedures: [
        (bytes, call) => {
          calls.push(call);
          return bytes;
        },
        (_bytes, call) => {
          calls.push(call);
          came.resolve();
          return Promise.withResolvers<Uint8Array>().promise;
        },
      ],
    },
  });
  using client = await connectRpc(binding, { uuid });
  await client.call(0, NOTHING);
  const ended: Promise<unknown>[] = [];
  for (let i = 0; i < 3; i++) {
    came = Promise.withResolvers();
    ended.push(client.call(1, NOTHING).catch((error) => error));
    await came.promise;
  }
  const [answered, read, whileClosing, unread] = calls as [
    RpcCall,
    RpcCall,
    RpcCall,
    RpcCall,
  ];
  const { pid } = read.caller;
  whileClosing.signal.addEventListener("abort", () => {
    assertEquals(whileClosing.caller.pid, pid);
  });
  server.close();
  assertEquals([read, whileClosing].map(({ caller }) => caller.pid), [
    pid,
    pid,
  ]);
  for (const call of [answered, unread]) {
    assertThrows(
      () => call.caller,
      Deno.errors.BadResource,
      "Cannot tell the caller: the call has ended",
    );
  }
  for (const error of await Promise.all(ended)) {
    assertInstanceOf(error, Deno.errors.ConnectionReset);
  }
  await server.closed;
});

Deno.test("serveRpc() lets no interface be served twice", async () => {
  const uuid = uniqueUuid();
  const [first, second] = uniqueBindings();
  const interfaces = { uuid, procedures: echo };
  await using _server = await serveRpc({ bindings: [first], interfaces });
  await assertRejects(
    () => serveRpc({ bindings: [second], interfaces }),
    Deno.errors.AlreadyExists,
    "this process serves it already",
  );
});

Deno.test("serveRpc() refuses calls by a protocol that only another server has", async () => {
  const [local, , tcp] = uniqueBindings();
  const [a, b] = [uniqueUuid(), uniqueUuid()];
  await using _one = await serveRpc({
    bindings: [local],
    interfaces: { uuid: a, procedures: echo },
  });
  await using _two = await serveRpc({
    bindings: [tcp],
    interfaces: { uuid: b, procedures: echo },
  });
  using client = await connectRpc(tcp, { uuid: a });
  await assertRejects(
    () => client.call(0, NOTHING),
    Deno.errors.PermissionDenied,
    "the server refuses this caller",
  );
});

Deno.test("serveRpc() and connectRpc() meet by the endpoint mapper", async () => {
  const uuid = uniqueUuid();
  await using server = await serveRpc({
    bindings: ["ncalrpc:", "ncacn_ip_tcp:127.0.0.1"],
    interfaces: { uuid, procedures: echo },
  });
  const [local, tcp] = server.bindings;
  assertEquals(/^ncalrpc:\[.+\]$/.test(local!), true, local);
  assertEquals(/^ncacn_ip_tcp:127\.0\.0\.1\[\d+\]$/.test(tcp!), true, tcp);
  // Wine's endpoint mapper answers on this computer, and not over TCP.
  const overTcp = UNDER_WINE ? [] : ["ncacn_ip_tcp:127.0.0.1"];
  for (const binding of ["ncalrpc:", ...overTcp, local!, tcp!]) {
    using client = await connectRpc(binding, { uuid });
    assertEquals(await client.call(0, bytes("mapped")), bytes("mapped"));
  }
  await assertRejects(
    () => connectRpc("ncalrpc:", { uuid: uniqueUuid() }),
    Deno.errors.NotFound,
  );
});

Deno.test("a server ends whole if Windows does not list the endpoints, when it begins and when it ends", async () => {
  const uuid = uniqueUuid();
  const serve = () =>
    serveRpc({
      bindings: ["ncalrpc:"],
      interfaces: { uuid, procedures: echo },
    });
  const ended: string[] = [];
  const counting = (name: string): Wrapper => (native) => (...args) => {
    ended.push(name);
    return native(...args);
  };
  const withoutList = () =>
    wrapped({
      RpcServerInqBindings: () => () => ERROR.ERROR_OUTOFMEMORY,
      RpcEpUnregister: counting("unmapped"),
      RpcBindingVectorFree: counting("freed"),
      RpcServerUnregisterIf: counting("unregistered"),
    });
  for (let round = 0; round < 2; round++) {
    const server = await serve();
    {
      using _failing = withoutList();
      server.close();
      await server.closed;
    }
    // The interface, and that of the messages of errors.
    const unregistered = ["unregistered", "unregistered"];
    assertEquals(ended.splice(0), ["unmapped", "freed", ...unregistered]);
    {
      using _failing = withoutList();
      await assertRejects(
        serve,
        Error,
        "Cannot register with the endpoint mapper: ",
      );
    }
    assertEquals(ended.splice(0), unregistered);
  }
});

Deno.test("RPC refuses bad input before any call, and says what to do", async () => {
  const uuid = uniqueUuid();
  const bindings = ["ncalrpc:[x]"];
  const interfaces = { uuid, procedures: echo };
  const served: [unknown, string][] = [
    [{ bindings: [], interfaces }, "give at least one"],
    [{ bindings: "x", interfaces }, "give at least one"],
    [{ bindings: ["x"], interfaces }, "it is not a string binding"],
    [{ bindings: ["http:[x]"], interfaces }, "the protocol must be one of"],
    [
      { bindings: [`ncalrpc:[${"x".repeat(54)}]`], interfaces },
      "a name of ncalrpc has at most 53 characters",
    ],
    [{ bindings: ["ncacn_np:[x]"], interfaces }, "is not \\pipe\\name"],
    [
      { bindings: ["ncacn_np:\\\\pc[\\pipe\\x]"], interfaces },
      "give no address",
    ],
    [{ bindings: ["ncacn_ip_tcp:[0]"], interfaces }, "from 1 to 65535"],
    [{ bindings: ["ncacn_ip_tcp:[http]"], interfaces }, "from 1 to 65535"],
    [{ bindings: ["ncalrpc:[a\0b]"], interfaces }, "it has a NUL"],
    [{ bindings, interfaces: [] }, "give at least one"],
    [{ bindings, interfaces: null }, "give { uuid, procedures }"],
    [{ bindings, interfaces: [interfaces, interfaces] }, "listed twice"],
    [{ bindings, interfaces: { ...interfaces, uuid: "1" } }, "Invalid UUID"],
    [
      { bindings, interfaces: { ...interfaces, version: "1" } },
      'give "MAJOR.MINOR"',
    ],
    [
      { bindings, interfaces: { ...interfaces, version: "1.70000" } },
      "Invalid version",
    ],
    [{ bindings, interfaces: { uuid } }, "Invalid procedures"],
    [{ bindings, interfaces: { uuid, procedures: [] } }, "Invalid procedures"],
    [{ bindings, interfaces: { uuid, procedures: [1] } }, "give a function"],
    [
      { bindings, interfaces: { uuid, procedures: { 70000: echo[0] } } },
      "Invalid procedure number 70000",
    ],
    [{ bindings, interfaces, remote: 1 }, "Invalid remote 1"],
    [{ bindings, interfaces, maxCallSize: -1 }, "Invalid maxCallSize -1"],
    [{ bindings, interfaces, onError: 1 }, "Invalid onError"],
    [{ bindings, interfaces, sddl: "nonsense" }, "Invalid SDDL"],
  ];
  for (const [options, message] of served) {
    await assertRejects(
      () => serveRpc(options as ServeRpcOptions),
      Error,
      message,
    );
  }
  const connected: [string, unknown, string][] = [
    ["nowhere", { uuid }, "Invalid binding"],
    [bindings[0]!, {}, "Invalid UUID"],
    [bindings[0]!, { uuid, authentication: "much" }, "Invalid authentication"],
    [
      bindings[0]!,
      { uuid, authenticationService: "basic" },
      "Invalid authenticationService",
    ],
    [bindings[0]!, { uuid, serverPrincipal: "" }, "Invalid serverPrincipal"],
    [bindings[0]!, { uuid, timeout: -1 }, "Invalid timeout"],
  ];
  for (const [binding, options, message] of connected) {
    await assertRejects(
      () => connectRpc(binding, options as ConnectRpcOptions),
      Error,
      message,
    );
  }
  for (const status of [0, -1, 65536, 1.5, 0xc0000005, 0xe5000001]) {
    assertThrows(() => new RpcFault(status), RangeError, "Invalid status");
  }
});

Deno.test("a handler may throw anything", async () => {
  const uuid = uniqueUuid();
  const [binding] = uniqueBindings();
  const thrown = [
    [Object.create(null), "object"],
    [Object.assign(new Error(), { message: 5 }), "5"],
    [Symbol("x"), "Symbol(x)"],
  ] as const;
  await using _server = await serveRpc({
    bindings: [binding],
    interfaces: {
      uuid,
      procedures: (_bytes, { procedure }) => {
        throw thrown[procedure]![0];
      },
    },
  });
  using client = await connectRpc(binding, { uuid });
  for (const [procedure, [, message]] of thrown.entries()) {
    const call = () => client.call(procedure, NOTHING);
    await assertRejects(call, RpcHandlerError, message);
  }
});

Deno.test("the client gets the first 4096 characters of a handler's message, all of them whole", async () => {
  const uuid = uniqueUuid();
  const [binding] = uniqueBindings();
  const thrown = [
    "x".repeat(4096),
    "x".repeat(2 ** 24),
    `x${"😀".repeat(4096)}`,
  ];
  await using _server = await serveRpc({
    bindings: [binding],
    interfaces: {
      uuid,
      procedures: (_bytes, { procedure }) => {
        throw new Error(thrown[procedure]);
      },
    },
  });
  using client = await connectRpc(binding, { uuid });
  const expected = [thrown[0], thrown[0], `x${"😀".repeat(2047)}`];
  for (const [procedure, text] of expected.entries()) {
    const { message } = await assertRejects(
      () => client.call(procedure, NOTHING),
      RpcHandlerError,
    );
    const action = `Cannot call procedure ${procedure} at "${binding}": `;
    assertEquals(message, action + text);
  }
});

Deno.test("call() refuses bad input", async () => {
  const uuid = uniqueUuid();
  const [binding] = uniqueBindings();
  await using _server = await serveRpc({
    bindings: [binding],
    interfaces: { uuid, procedures: echo },
  });
  using client = await connectRpc(binding, { uuid });
  for (const procedure of [-1, 32768, 65535, 0.5, "0" as unknown as number]) {
    await assertRejects(
      () => client.call(procedure, NOTHING),
      Error,
      "Invalid procedure",
    );
  }
  await assertRejects(
    () => client.call(0, "text" as unknown as Uint8Array),
    TypeError,
    "Invalid data",
  );
  const huge = Object.defineProperty(new Uint8Array(), "byteLength", {
    value: 2 ** 32,
  });
  await assertRejects(
    () => client.call(0, huge),
    RangeError,
    "a call has at most 4294967295 bytes of arguments",
  );
  const aborted = AbortSignal.abort("no");
  const reason = await client.call(0, NOTHING, { signal: aborted })
    .catch((error) => error);
  assertEquals(reason, "no");
});

Deno.test("RPC names the flags that it needs", async () => {
  const url = new URL("./peers/refused.ts", import.meta.url);
  const scope = `--allow-ffi=${SCOPED_SYSTEM32}\\kernel32.dll`;
  for (const mode of ["connect", "serve"]) {
    for (
      const [flags, folder, missing] of [
        [[], ASSUMED_SYSTEM32, "kernel32.dll"],
        [[scope], SCOPED_SYSTEM32, "rpcrt4.dll"],
      ] as const
    ) {
      const { stdout } = await runScript(url, [mode], [...flags]);
      assertEquals(
        stdout,
        `NotCapable: Cannot use RPC: cannot open ${missing}: native access is not allowed; ` +
          `run again with --allow-ffi=${folder}\\${missing} ` +
          `(required in all: --allow-ffi=${folder}\\kernel32.dll,${folder}\\rpcrt4.dll)`,
      );
    }
  }
});
