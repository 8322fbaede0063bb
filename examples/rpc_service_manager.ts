// deno-lint-ignore-file no-console
// Asks Windows' service manager for the state of a service, by its own remote
// interface (MS-SCMR) over a named pipe: no MIDL, no add-on.
//
//   deno run --allow-ffi examples/rpc_service_manager.ts [SERVICE]
//
// In a project of your own: import { connectRpc, ndr } from "jsr:@winipc/winipc";
import { connectRpc, ndr } from "../mod.ts";

const [service = "RpcSs"] = Deno.args;
const SC_MANAGER_CONNECT = 1;
const SERVICE_QUERY_STATUS = 4;
const SC_STATUS_PROCESS_INFO = 0;
const STATUS_SIZE = 36;
const STATES = "stopped,starting,stopping,running,continuing,pausing,paused";

using manager = await connectRpc("ncacn_np:[\\\\pipe\\\\svcctl]", {
  uuid: "367abb81-9844-35f1-ad32-98f038001003",
  version: "2.0",
});

// DWORD ROpenSCManagerW([in, string, unique] wchar_t *machine,
//   [in, string, unique] wchar_t *database, [in] DWORD access, [out] HANDLE *h)
const name = ndr.unique(ndr.wideString);
const opened = [ndr.contextHandle, ndr.u32] as const;
const openManager = [name, name, ndr.u32] as const;
const database = await call(
  15,
  ndr.encode(openManager, [null, null, SC_MANAGER_CONNECT]),
  opened,
);
// DWORD ROpenServiceW([in] HANDLE h, [in, string] wchar_t *name, [in] DWORD access, [out] HANDLE *h)
const openService = [ndr.contextHandle, ndr.wideString, ndr.u32] as const;
const handle = await call(
  16,
  ndr.encode(openService, [database[0], service, SERVICE_QUERY_STATUS]),
  opened,
);
// DWORD RQueryServiceStatusEx([in] HANDLE h, [in] enum level,
//   [out, size_is(size)] BYTE *status, [in] DWORD size, [out] DWORD *needed)
const query = [ndr.contextHandle, ndr.enum16, ndr.u32] as const;
const [status] = await call(
  40,
  ndr.encode(query, [handle[0], SC_STATUS_PROCESS_INFO, STATUS_SIZE]),
  [ndr.bytes, ndr.u32, ndr.u32],
);
const [, state] = ndr.decode([ndr.u32, ndr.u32, ndr.u32], status);
console.log(`${service} is ${STATES.split(",")[state - 1]}`);
// DWORD RCloseServiceHandle([in, out] HANDLE *h)
for (const [open] of [handle, database]) await call(0, open, opened);

/** Calls a procedure whose last result is its error code. */
async function call<const L extends ndr.NdrTypes>(
  procedure: number,
  request: Uint8Array,
  types: L,
): Promise<ndr.NdrValues<L>> {
  const results = ndr.decode(types, await manager.call(procedure, request));
  const code: unknown = results.at(-1);
  if (code !== 0) throw new Error(`The service manager says ${code}`);
  return results;
}
