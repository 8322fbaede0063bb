/**
 * The `RPC_MESSAGE` of a call.
 *
 * @module
 */

import { counted } from "../io/format.ts";
import { copyIn, copyOut } from "../win32/memory.ts";
import { RPC_MESSAGE, rpcrt4 } from "../win32/rpcrt4.ts";
import { field, pack } from "../win32/structs.ts";
import { leavesFailedCalls } from "../win32/wine.ts";
import type { RpcProtocol } from "./binding.ts";

/** Little-endian, ASCII, IEEE. */
const NDR_LOCAL_DATA_REPRESENTATION = 0x10;

/** The message of a client's call that has not started. */
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

/** Sets the length of the data of the message at `address`. */
export function setLength(address: bigint, length: number): void {
  const at = address + BigInt(RPC_MESSAGE.fields.BufferLength[0]);
  copyIn(at, new Uint8Array(new Uint32Array([length]).buffer));
}

/**
 * Writes `bytes` to the buffer of the message at `address`. The buffer may be
 * longer, and the length is that of the data (so do the stubs of Microsoft's
 * compiler: wine-mirror/wine, dlls/rpcrt4/ndr_clientserver.c, NdrSendReceive).
 */
export function fillMessage(address: bigint, bytes: Uint8Array): void {
  const message = new Uint8Array(RPC_MESSAGE.size);
  copyOut(address, message);
  copyIn(field(RPC_MESSAGE, message, "Buffer"), bytes);
  setLength(address, bytes.byteLength);
}

/** A client's call that has ended. */
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

/**
 * Takes the results of a call out of its message, and frees its memory, even if
 * there is no memory for them.
 *
 * @throws {RangeError} when there is no memory for the results
 */
export function takeOutcome(
  { address, status, connected, requested }: EndedCall,
): Outcome {
  const message = new Uint8Array(RPC_MESSAGE.size);
  copyOut(address, message);
  try {
    const done = status === 0 && requested;
    const bytes = done ? resultsOf(message) : new Uint8Array();
    return { status, bytes };
  } finally {
    freeMessage({ address, status, connected }, message);
  }
}

/** The server decides how long they are. */
function resultsOf(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const length = field(RPC_MESSAGE, message, "BufferLength");
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = new Uint8Array(length);
  } catch (cause) {
    throw new RangeError(
      `Cannot take the results: no memory for ${counted(length, "byte")}`,
      { cause },
    );
  }
  copyOut(field(RPC_MESSAGE, message, "Buffer"), bytes);
  return bytes;
}

function freeMessage(
  { address, status, connected }: Omit<EndedCall, "requested">,
  message: Uint8Array,
): void {
  const { raw } = rpcrt4();
  if (status === 0) raw.I_RpcFreeBuffer(address);
  else if (leavesFailedCalls()) {
    const named = field(RPC_MESSAGE, message, "ReservedForRuntime") !== 0n;
    if (named) raw.I_RpcFreeBuffer(address);
    else if (connected) {
      const handle = field(RPC_MESSAGE, message, "Handle");
      raw.RpcBindingFree(new BigUint64Array([handle]));
    }
  }
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
