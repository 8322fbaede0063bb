/**
 * The caller of a procedure.
 *
 * @module
 */

import { RPC_CALL_ATTRIBUTES_V2_W, rpcrt4 } from "../win32/rpcrt4.ts";
import { field, pack } from "../win32/structs.ts";
import { isImplemented } from "../win32/wine.ts";
import { PROTOCOLS, type RpcProtocol } from "./binding.ts";
import { bindingString, wideAt } from "./endpoints.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { fromUtf16 } from "../win32/utf16.ts";

/** The caller, as far as Windows and the protocol identify it. */
export interface RpcCaller {
  /** The protocol of the call; undefined if it is unknown. */
  readonly protocol: RpcProtocol | undefined;
  /**
   * The caller's address: the IP address for TCP, the computer for a pipe;
   * empty or undefined if it is unknown.
   */
  readonly address: string | undefined;
  /** The caller's process id, for `ncalrpc`; undefined if it is unknown. */
  readonly pid: number | undefined;
  /**
   * The caller's user (`DOMAIN\user`) if the call is authenticated; otherwise
   * undefined.
   */
  readonly user: string | undefined;
}

/** Asks Windows for the caller at the binding handle of a pending call. */
export function callerOf(binding: bigint): RpcCaller {
  const { protocol, address } = place(binding);
  const pid = protocol === "ncalrpc" ? localPid(binding) : undefined;
  return { protocol, address, pid, user: userOf(binding) };
}

/**
 * The protocol and the address of a call. A client's binding has its own form
 * of endpoint.
 */
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

/** Whether a caller is on this computer. An unknown caller is not. */
export function isLocalCaller(
  binding: bigint,
  { protocol, address }: ReturnType<typeof place>,
): boolean {
  if (protocol === "ncalrpc") return true;
  // Windows' answer is for pipes; for TCP, the address decides.
  if (protocol !== "ncacn_np") return isThisComputer(address);
  const locality = localityOf(binding);
  if (locality === RCCL_LOCAL || locality === RCCL_REMOTE) {
    return locality === RCCL_LOCAL;
  }
  // A pipe of this computer has no address.
  return (address ?? "") === "" || isThisComputer(address);
}

/**
 * Windows' answer about a caller's computer; undefined if it has none
 * (Microsoft: RpcServerInqCallAttributesW, RpcCallClientLocality).
 */
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

/** The name of an authenticated caller. Windows keeps it during the call. */
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
 * The process of a caller by `ncalrpc`. For any other protocol, Windows raises
 * an RPC exception, which ends the process, and Wine returns a status
 * (wine-mirror/wine, dlls/rpcrt4/tests/server.c,
 * `s_test_I_RpcBindingInqLocalClientPID`).
 */
function localPid(binding: bigint): number | undefined {
  const pid = new Uint32Array(1);
  const status = rpcrt4().raw.I_RpcBindingInqLocalClientPID(binding, pid);
  return status === 0 && pid[0] !== 0 ? pid[0] : undefined;
}

const MAX_COMPUTERNAME_LENGTH = 15;
const LOOPBACK = /^(::1|localhost|(::ffff:)?127\.\d+\.\d+\.\d+)$/;

/**
 * Whether the address of a caller is this computer: loopback, or this
 * computer's name, which a pipe reports. An empty address belongs to no
 * computer.
 */
export function isThisComputer(address: string | undefined): boolean {
  const plain = (address ?? "").replace(/^\\+/, "").toLowerCase();
  return LOOPBACK.test(plain) || plain !== "" && plain === computerName();
}

let name: string | undefined;

function computerName(): string {
  return name ??= askName().toLowerCase();
}

function askName(): string {
  const size = MAX_COMPUTERNAME_LENGTH + 1;
  const bytes = new Uint8Array(2 * size);
  kernel32().call.GetComputerNameW(bytes, new Uint32Array([size]));
  return fromUtf16(bytes);
}
