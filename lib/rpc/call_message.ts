/**
 * The `RPC_MESSAGE` of a client's call.
 *
 * @module
 */

import { copyOut } from "../win32/memory.ts";
import { RPC_MESSAGE, rpcrt4 } from "../win32/rpcrt4.ts";
import { field, pack } from "../win32/structs.ts";
import { leavesFailedCalls } from "../win32/wine.ts";
import type { RpcProtocol } from "./binding.ts";

/** Little-endian, ASCII, IEEE. */
const NDR_LOCAL_DATA_REPRESENTATION = 0x10;

/** The message of a call that has not started. */
export function callMessage(
  { binding, target, procedure, bytes }: Request,
): Uint8Array<ArrayBuffer> {
  return pack(RPC_MESSAGE, {
    Handle: binding,
    DataRepresentation: NDR_LOCAL_DATA_REPRESENTATION,
    BufferLength: bytes?.byteLength ?? 0,
    ProcNum: procedure,
    RpcInterfaceInformation: target,
  });
}

/** A call that has ended. */
interface EndedCall {
  /** The address of its message. */
  readonly address: bigint;
  /** The status. */
  readonly status: number;
  /** Whether it had a buffer. */
  readonly connected: boolean;
  /** Whether it was sent, or only connected. */
  readonly requested: boolean;
}

/** Takes the results of a call out of its message, and frees its memory. */
export function takeOutcome(
  { address, status, connected, requested }: EndedCall,
): Outcome {
  const message = new Uint8Array(RPC_MESSAGE.size);
  copyOut(address, message);
  const done = status === 0 && requested;
  const length = done ? field(RPC_MESSAGE, message, "BufferLength") : 0;
  const bytes = new Uint8Array(length);
  copyOut(field(RPC_MESSAGE, message, "Buffer"), bytes);
  if (status === 0) rpcrt4().raw.I_RpcFreeBuffer(address);
  else if (leavesFailedCalls()) {
    const named = field(RPC_MESSAGE, message, "ReservedForRuntime") !== 0n;
    if (named) rpcrt4().raw.I_RpcFreeBuffer(address);
    else if (connected) {
      const handle = field(RPC_MESSAGE, message, "Handle");
      rpcrt4().raw.RpcBindingFree(new BigUint64Array([handle]));
    }
  }
  return { status, bytes };
}

/** The parameters of a call. */
export interface Request {
  /** The binding handle. */
  readonly binding: bigint;
  /** Its protocol. */
  readonly protocol: RpcProtocol;
  /** The address of the `RPC_CLIENT_INTERFACE`. */
  readonly target: bigint;
  /** The procedure's number. */
  readonly procedure: number;
  /** Its arguments; undefined only to connect. */
  readonly bytes: Uint8Array | undefined;
}

/** The result of a call: its status, and the results if that is 0. */
export interface Outcome {
  readonly status: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}
