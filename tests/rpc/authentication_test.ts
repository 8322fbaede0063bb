import { assertEquals, assertInstanceOf, assertMatch } from "@std/assert";
import {
  connectRpc,
  type RpcAuthentication,
  type RpcCaller,
} from "../../lib/rpc/mod.ts";
import { trace, type TraceRecord } from "../../mod.ts";
import { RPC_SECURITY_QOS } from "../../lib/win32/rpcrt4.ts";
import { Win32Error } from "../../lib/win32/error.ts";
import { text } from "../support/names.ts";
import "../support/native.ts";
import { startScript } from "../support/peer.ts";
import { UNDER_WINE } from "../support/system.ts";
import { uniqueBindings, uniqueUuid } from "./helpers.ts";

const NOTHING = new Uint8Array();
const TELL_CALLER = 6;
const RPC_C_AUTHN_WINNT = 10;
const RPC_S_UNKNOWN_AUTHN_SERVICE = 1747;
/** `RPC_C_AUTHN_LEVEL_…` of rpcdce.h. */
const LEVELS = {
  connect: 2,
  call: 3,
  packet: 4,
  integrity: 5,
  privacy: 6,
} as const;

/** Whom the server takes this process for, or the error, and how the binding was authenticated. */
async function callerBy(
  binding: string,
  uuid: string,
  authentication?: RpcAuthentication,
): Promise<{ caller: RpcCaller | Error; records: TraceRecord[] }> {
  const records: TraceRecord[] = [];
  using _trace = trace({
    sink: (record) => {
      if (record.name === "RpcBindingSetAuthInfoExW") records.push(record);
    },
  });
  try {
    const options = { uuid, version: "2.3", authentication, timeout: 20_000 };
    using client = await connectRpc(binding, options);
    const caller = JSON.parse(text(await client.call(TELL_CALLER, NOTHING)));
    return { caller, records };
  } catch (error) {
    return { caller: error as Error, records };
  }
}

for (const [index, protocol] of ["ncalrpc", "pipe", "TCP"].entries()) {
  Deno.test(`connectRpc() authenticates as requested (${protocol}); Wine reports that it cannot`, async () => {
    const uuid = uniqueUuid();
    const binding = uniqueBindings()[index]!;
    const url = new URL("./peers/server.ts", import.meta.url);
    await using server = startScript(url, [uuid, binding]);
    await server.says(`ready ${binding}`);
    for (const authentication of [undefined, "none"] as const) {
      const { caller, records } = await callerBy(binding, uuid, authentication);
      assertEquals(records, []);
      checkCaller(binding, caller);
    }
    for (const [authentication, level] of Object.entries(LEVELS)) {
      const { caller, records } = await callerBy(
        binding,
        uuid,
        authentication as RpcAuthentication,
      );
      assertEquals(records.map(asked), [{
        ServerPrincName: null,
        AuthnLevel: level,
        AuthnSvc: RPC_C_AUTHN_WINNT,
        AuthIdentity: "0x0",
        AuthzSvc: 0,
        SecurityQOS: { bytes: RPC_SECURITY_QOS.size },
      }]);
      if (UNDER_WINE) {
        assertInstanceOf(caller, Deno.errors.NotSupported);
        assertEquals(
          caller.message,
          `Cannot connect to "${binding}": the server, or this system, does not authenticate: ` +
            "give another authentication (RPC_S_UNKNOWN_AUTHN_SERVICE)",
        );
        assertInstanceOf(caller.cause, Win32Error);
        const { call, code } = caller.cause;
        assertEquals([call, code], [
          "RpcBindingSetAuthInfoExW",
          RPC_S_UNKNOWN_AUTHN_SERVICE,
        ]);
      } else {
        checkCaller(binding, caller);
        assertMatch((caller as RpcCaller).user ?? "", /^[^\\]+\\[^\\]+$/);
      }
    }
  });
}

/** What the server was told of the caller, which is this process. */
function checkCaller(binding: string, caller: RpcCaller | Error): void {
  if (caller instanceof Error) throw caller;
  const { protocol, pid, address, user } = caller;
  assertEquals(binding.startsWith(`${protocol}:`), true, protocol);
  if (protocol === "ncalrpc") assertEquals(pid, Deno.pid);
  if (protocol === "ncacn_ip_tcp") assertEquals(address, "127.0.0.1");
  // Wine tells none: it succeeds for ncalrpc, and gives no name.
  if (UNDER_WINE) assertEquals(user, undefined);
}

function asked({ args }: TraceRecord): Record<string, unknown> {
  const { Binding, ...rest } = args as Record<string, unknown>;
  assertMatch(String(Binding), /^0x[0-9a-f]{4,}$/);
  return rest;
}
