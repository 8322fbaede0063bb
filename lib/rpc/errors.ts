/**
 * The statuses of RPC, and the errors of handlers.
 *
 * @module
 */

import {
  type ErrorHints,
  toDenoError,
  wrapWin32Error,
} from "../io/deno_error.ts";
import { Win32Error } from "../win32/error.ts";
import { ERROR } from "../win32/error_codes.ts";

/**
 * Ends the call with exactly this status when a handler throws it. A client in
 * C gets an RPC exception; winipc's client gets the error for the status (5 is
 * `Deno.errors.PermissionDenied`, and so on).
 *
 * @example
 * ```ts
 * import { connectRpc, RpcFault, serveRpc } from "@winipc/winipc";
 *
 * const uuid = "6b1e0e2a-7d0c-4f7e-9f0a-1f6f2a6d0a11";
 * const refuse = () => {
 *   throw new RpcFault(5); // ERROR_ACCESS_DENIED
 * };
 * await using server = await serveRpc({
 *   bindings: ["ncalrpc:[app]"],
 *   interfaces: { uuid, procedures: [refuse] },
 * });
 * using client = await connectRpc("ncalrpc:[app]", { uuid }); // in another process
 * try {
 *   await client.call(0, new Uint8Array());
 * } catch (error) {
 *   console.log(error instanceof Deno.errors.PermissionDenied); // true
 * }
 * ```
 */
export class RpcFault extends Error {
  /** The name of this class, for logs. */
  override readonly name = "RpcFault";
  /** The status that the client gets. */
  readonly status: number;

  /**
   * Ends a call with `status`: a Windows error code (1 to 65535), or your own
   * with bit 29 set (0x20000000 to 0x3fffffff, 0xe0000000 to 0xffffffff, except
   * 0xe5…, which winipc uses).
   *
   * @throws {RangeError} for any other status: RPC mistakes some of those for a
   * crash
   */
  constructor(
    status: number,
    message = `The call ended with status ${status}`,
  ) {
    super(message);
    if (!isStatus(status)) {
      throw new RangeError(
        `Invalid status ${status}: give 1 to 65535, or a code of your own from 0x20000000 to 0x3fffffff`,
      );
    }
    this.status = status;
  }
}

/**
 * A handler of the server has thrown. This error has its message.
 *
 * @example
 * ```ts
 * import { connectRpc, RpcHandlerError, serveRpc } from "@winipc/winipc";
 *
 * const uuid = "6b1e0e2a-7d0c-4f7e-9f0a-1f6f2a6d0a11";
 * const fail = () => {
 *   throw new Error("cannot divide by zero");
 * };
 * await using server = await serveRpc({ // in another process
 *   bindings: ["ncalrpc:[app]"],
 *   interfaces: { uuid, procedures: [fail] },
 * });
 * using client = await connectRpc("ncalrpc:[app]", { uuid });
 * try {
 *   await client.call(0, new Uint8Array());
 * } catch (error) {
 *   if (error instanceof RpcHandlerError) console.log(error.message);
 * }
 * ```
 */
export class RpcHandlerError extends Error {
  /** The name of this class, for logs. */
  override readonly name = "RpcHandlerError";
  /** The status that carried the error. */
  readonly status: number;

  /** A handler's error, for `status`. */
  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

const CUSTOMER_BIT = 0x2000_0000;
const MAX_CODE = 0xffff;

/** Whether RPC passes this status on, instead of mistaking it for a crash. */
function isStatus(status: number): boolean {
  return Number.isInteger(status) && status > 0 && status <= 0xffff_ffff &&
    !isThrown(status) &&
    (status <= MAX_CODE || isCustom(status));
}

/** Whether this status is defined by a program, not by Windows. */
export function isCustom(status: number): boolean {
  return (status & CUSTOMER_BIT) !== 0;
}

const THROWN = 0xe500_0000;
const THROWN_IDS = 0x0100_0000;

/** Whether this status means that a handler of winipc has thrown. */
export function isThrown(status: number): boolean {
  return status >= THROWN && status < THROWN + THROWN_IDS;
}

/** An unguessable status for an error that a handler has thrown. */
export function thrownStatus(): number {
  const [random] = crypto.getRandomValues(new Uint32Array(1));
  return THROWN + random! % THROWN_IDS;
}

const { errors } = Deno;

const HINTS: ErrorHints = {
  [ERROR.ERROR_ACCESS_DENIED]: [
    errors.PermissionDenied,
    "the server refuses this caller",
  ],
  [ERROR.RPC_S_INVALID_BINDING]: [TypeError, "Windows refuses the binding"],
  [ERROR.RPC_S_INVALID_NET_ADDR]: [TypeError, "the network address is invalid"],
  [ERROR.RPC_S_INVALID_ENDPOINT_FORMAT]: [TypeError, "the endpoint is invalid"],
  [ERROR.RPC_S_PROTSEQ_NOT_SUPPORTED]: [
    errors.NotSupported,
    "this system does not have the protocol",
  ],
  [ERROR.RPC_S_CANT_CREATE_ENDPOINT]: [
    errors.AddrInUse,
    "the endpoint cannot be created: another program may have it",
  ],
  [ERROR.RPC_S_DUPLICATE_ENDPOINT]: [
    errors.AddrInUse,
    "the endpoint is taken",
  ],
  [ERROR.RPC_S_TYPE_ALREADY_REGISTERED]: [
    errors.AlreadyExists,
    "another thread of this process serves RPC",
  ],
  [ERROR.RPC_S_SERVER_UNAVAILABLE]: [
    errors.NotFound,
    "no server is there",
  ],
  [ERROR.EPT_S_NOT_REGISTERED]: [
    errors.NotFound,
    "no server has registered this interface with the endpoint mapper",
  ],
  [ERROR.RPC_S_NO_ENDPOINT_FOUND]: [
    errors.NotFound,
    "no endpoint of it is known",
  ],
  [ERROR.RPC_S_UNKNOWN_IF]: [
    errors.NotSupported,
    "the server does not have this interface, or not in this version",
  ],
  [ERROR.RPC_S_PROCNUM_OUT_OF_RANGE]: [
    errors.NotSupported,
    "the interface does not have this procedure",
  ],
  [ERROR.RPC_S_SERVER_TOO_BUSY]: [errors.Busy, "the server is too busy"],
  [ERROR.RPC_S_CALL_FAILED]: [
    errors.ConnectionReset,
    "the server ended, or broke the connection, before it answered",
  ],
  [ERROR.RPC_S_CALL_FAILED_DNE]: [
    errors.ConnectionReset,
    "the server ended before it took the call",
  ],
  [ERROR.RPC_S_COMM_FAILURE]: [
    errors.ConnectionReset,
    "the connection broke",
  ],
  [ERROR.RPC_S_PROTOCOL_ERROR]: [
    errors.InvalidData,
    "the other side does not speak RPC",
  ],
  [ERROR.RPC_X_BAD_STUB_DATA]: [
    errors.InvalidData,
    "the server cannot decode the data of this call",
  ],
  [ERROR.RPC_X_NULL_REF_POINTER]: [
    errors.InvalidData,
    "the data of this call lacks a value that the server needs",
  ],
  [ERROR.RPC_S_UNKNOWN_AUTHN_SERVICE]: [
    errors.NotSupported,
    "the server, or this system, does not authenticate: give another authentication",
  ],
  [ERROR.RPC_S_CALL_CANCELLED]: [errors.Interrupted, "the call was cancelled"],
  [ERROR.RPC_S_CANNOT_SUPPORT]: [
    errors.NotSupported,
    "the server does not support this",
  ],
};

/** The error for an `action` whose `call` returned `status`. */
export function rpcFailure(
  action: string,
  call: string,
  status: number,
): Error {
  return toDenoError(action, new Win32Error(call, status), HINTS);
}

/** Runs `native`; turns a `Win32Error` of it into the error of `action`. */
export function attemptRpc<T>(action: string, native: () => T): T {
  return wrapWin32Error(action, native, HINTS);
}
