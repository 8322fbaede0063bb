/**
 * Interfaces in rpcrt4's form: native memory that describes one.
 *
 * @module
 */

import { allocate, copyIn, free } from "../win32/memory.ts";
import {
  INTERFACE_ID_OFFSET,
  RPC_CLIENT_INTERFACE,
  RPC_DISPATCH_TABLE,
  RPC_SERVER_INTERFACE,
  TRANSFER_SYNTAX_OFFSET,
} from "../win32/rpcrt4.ts";
import { pack } from "../win32/structs.ts";
import { type RpcInterfaceId, syntaxIdentifier } from "./uuid.ts";

/** Native memory that describes an interface. */
export interface NativeInterface {
  /** Its address. */
  readonly address: bigint;
  /** Frees it. It must not be in use. */
  free(): void;
}

/** The encoding of arguments: NDR, which every RPC runtime knows. */
const NDR = { uuid: "8a885d04-1ceb-11c9-9fe8-08002b104860", version: "2.0" };

const ADDRESS_SIZE = 8;
/** A procedure's number has 16 bits. */
const PROCEDURES = 65536;

/** Describes an interface for a client's calls. */
export function nativeClientInterface(id: RpcInterfaceId): NativeInterface {
  const Length = RPC_CLIENT_INTERFACE.size;
  const address = described(pack(RPC_CLIENT_INTERFACE, { Length }), id);
  return { address, free: () => free(address) };
}

/** Describes an interface whose calls all go to the function `dispatch`. */
export function nativeServerInterface(
  id: RpcInterfaceId,
  dispatch: bigint,
): NativeInterface {
  const address = serverInterface(id, table ||= dispatchTable(dispatch));
  return { address, free: () => free(address) };
}

/** Describes an interface without procedures, until the process ends. */
export function nativeEmptyInterface(id: RpcInterfaceId): bigint {
  return serverInterface(id, allocate(RPC_DISPATCH_TABLE.size));
}

function serverInterface(id: RpcInterfaceId, DispatchTable: bigint): bigint {
  const Length = RPC_SERVER_INTERFACE.size;
  return described(pack(RPC_SERVER_INTERFACE, { Length, DispatchTable }), id);
}

/** Adds the identifiers to a structure, and copies it to native memory. */
function described(
  bytes: Uint8Array<ArrayBuffer>,
  id: RpcInterfaceId,
): bigint {
  bytes.set(syntaxIdentifier(id), INTERFACE_ID_OFFSET);
  bytes.set(syntaxIdentifier(NDR), TRANSFER_SYNTAX_OFFSET);
  const address = allocate(bytes.byteLength);
  copyIn(address, bytes);
  return address;
}

let table = 0n;

/**
 * Includes every possible procedure number, so that no call is refused before
 * the program sees it. (Wine answers a refused call twice, and the client
 * mistakes the second answer for that of its next call.)
 */
function dispatchTable(dispatch: bigint): bigint {
  const table = allocate(RPC_DISPATCH_TABLE.size + ADDRESS_SIZE * PROCEDURES);
  const entries = table + BigInt(RPC_DISPATCH_TABLE.size);
  copyIn(
    table,
    pack(RPC_DISPATCH_TABLE, {
      DispatchTableCount: PROCEDURES,
      DispatchTable: entries,
    }),
  );
  const functions = new BigUint64Array(PROCEDURES).fill(dispatch);
  copyIn(entries, new Uint8Array(functions.buffer));
  return table;
}
