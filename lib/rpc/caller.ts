/**
 * Who calls a procedure.
 *
 * @module
 */

import { RPC_CALL_ATTRIBUTES_V2_W, rpcrt4 } from "../win32/rpcrt4.ts";
import { field, pack } from "../win32/structs.ts";
import { isImplemented } from "../win32/wine.ts";
import { PROTOCOLS, type RpcProtocol } from "./binding.ts";
import { bindingString, wideAt } from "./endpoints.ts";
import { isThisComputer } from "./local_address.ts";

/** Who calls, as far as Windows and the protocol tell. */
export interface RpcCaller {
  /** How the call came; undefined where it is not told. */
  readonly protocol: RpcProtocol | undefined;
  /** The caller's address: of TCP the IP address, of a pipe the computer; empty or undefined where it is not told. */
  readonly address: string | undefined;
  /** The caller's process, of `ncalrpc`; undefined where it is not told. */
  readonly pid: number | undefined;
  /** The caller's user (`DOMAIN\user`) where the call is authenticated; undefined where it is not. */
  readonly user: string | undefined;
}

/** Asks Windows who is at the other end of the binding handle of a call under way. */
export function callerOf(binding: bigint): RpcCaller {
  const { protocol, address } = place(binding);
  const pid = protocol === "ncalrpc" ? localPid(binding) : undefined;
  return { protocol, address, pid, user: userOf(binding) };
}

/** How and from where a call came. A client's binding has an endpoint of its own form. */
export function place(
  binding: bigint,
): Pick<RpcCaller, "protocol" | "address"> {
  const match = /^(?:[^@]*@)?([a-z_]+):([^[]*)/.exec(bindingString(binding));
  const protocol = PROTOCOLS.find((name) => name === match?.[1]);
  return { protocol, address: match?.[2] };
}

const RPC_CALL_ATTRIBUTES_V2 = 2;
/** `RpcCallClientLocality`. */
const RCCL_LOCAL = 1;
const RCCL_REMOTE = 2;

/** Whether a caller is on this computer. What is not known is not. */
export function isLocalCaller(
  binding: bigint,
  { protocol, address }: ReturnType<typeof place>,
): boolean {
  if (protocol === "ncalrpc") return true;
  // Windows' answer is for pipes; of TCP the address says it.
  if (protocol !== "ncacn_np") return isThisComputer(address);
  const told = localityOf(binding);
  if (told === RCCL_LOCAL || told === RCCL_REMOTE) return told === RCCL_LOCAL;
  // A pipe of this computer tells no address.
  return (address ?? "") === "" || isThisComputer(address);
}

/** What Windows says of a caller's computer; undefined where it does not. */
function localityOf(binding: bigint): number | undefined {
  if (!isImplemented("RpcServerInqCallAttributesW")) return undefined;
  const attributes = pack(RPC_CALL_ATTRIBUTES_V2_W, {
    Version: RPC_CALL_ATTRIBUTES_V2,
  });
  const status = rpcrt4().raw.RpcServerInqCallAttributesW(binding, attributes);
  return status === 0
    ? field(RPC_CALL_ATTRIBUTES_V2_W, attributes, "IsClientLocal")
    : undefined;
}

/** The name of an authenticated caller. Windows keeps it for the time of the call. */
function userOf(binding: bigint): string | undefined {
  const name = new BigUint64Array(1);
  const status = rpcrt4().raw.RpcBindingInqAuthClientW(
    binding,
    name,
    0n,
    0n,
    0n,
    0n,
  );
  return status === 0 && name[0] !== 0n ? wideAt(name[0]!) : undefined;
}

/**
 * The process of a caller by `ncalrpc`. For any other protocol Windows raises an
 * RPC exception, which ends the process, where Wine gives a status
 * (wine-mirror/wine, dlls/rpcrt4/tests/server.c,
 * `s_test_I_RpcBindingInqLocalClientPID`).
 */
function localPid(binding: bigint): number | undefined {
  const pid = new Uint32Array(1);
  const status = rpcrt4().raw.I_RpcBindingInqLocalClientPID(binding, pid);
  return status === 0 && pid[0] !== 0 ? pid[0] : undefined;
}
