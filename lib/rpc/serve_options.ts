/**
 * The options of a server, and their checks.
 *
 * @module
 */

import { quote } from "../io/format.ts";
import { checkBoolean, checkFunction, checkSize } from "../io/checks.ts";
import { parseBinding } from "./binding.ts";
import type { RpcCaller } from "./caller_identity.ts";
import { type RpcInterfaceId, syntaxIdentifier } from "./uuid.ts";

/** The second argument of a handler. */
export interface RpcCall {
  /** The number of the procedure. */
  readonly procedure: number;
  /**
   * Aborted only when the server closes before the handler is done. A client
   * that cancels its call, or dies, does not abort it, and RPC's thread keeps
   * waiting for the handler. Give handlers that may take long their own time
   * limit. (`RpcServerTestCancel` would have to be polled. Windows'
   * notification, `RpcServerSubscribeForNotification`, must be ended before the
   * call is, and Wine does not have it.)
   */
  readonly signal: AbortSignal;
  /**
   * The caller. The first access asks Windows, which knows it until the call
   * ends: when the handler is done, or the server is closed. After that, the
   * first access throws {@linkcode Deno.errors.BadResource}.
   */
  readonly caller: RpcCaller;
}

/**
 * Handles a procedure: takes the arguments as bytes and returns the results as
 * bytes. Its errors reach the client: an `RpcFault` as its status, an
 * `ndr.NdrError` as `RPC_X_BAD_STUB_DATA`, any other error with its message, of
 * which winipc's client gets the first 4096 characters.
 */
export type RpcHandler = (
  bytes: Uint8Array<ArrayBuffer>,
  call: RpcCall,
) => Uint8Array | Promise<Uint8Array>;

/** An interface to serve. */
export interface RpcInterface extends RpcInterfaceId {
  /**
   * The handlers by procedure number, or one handler for all numbers. A missing
   * number is answered with `RPC_S_PROCNUM_OUT_OF_RANGE`.
   */
  procedures:
    | readonly (RpcHandler | undefined)[]
    | Readonly<Record<number, RpcHandler>>
    | RpcHandler;
}

/** The options of {@linkcode serveRpc}. */
export interface ServeRpcOptions {
  /**
   * The bindings: `ncalrpc:[name]`, `ncacn_np:[\\pipe\\name]`,
   * `ncacn_ip_tcp:127.0.0.1[port]`, with or without endpoint.
   */
  bindings: readonly string[];
  /** The interfaces. */
  interfaces: RpcInterface | readonly RpcInterface[];
  /**
   * Whether to serve callers from other computers. By default their calls are
   * refused (5, access denied).
   *
   * The port of a TCP binding is always open on every network interface,
   * whatever address the binding names, because `RpcServerUseProtseqEpW` takes
   * no address. A stranger can connect and bind to the interfaces, but every
   * call is refused. To hide the port, use `ncalrpc` or a firewall rule.
   *
   * @default {false}
   */
  remote?: boolean | undefined;
  /**
   * Who may connect by `ncalrpc` and by pipe, as a security descriptor string
   * (`"D:(A;;GA;;;WD)"`). By default, Windows decides. An endpoint that this
   * process already has needs the same string.
   */
  sddl?: string | undefined;
  /**
   * The maximum size of a call's arguments, in bytes. Larger calls are refused
   * (5, access denied). This corresponds to `MaxRpcSize`, and also applies to
   * `ncalrpc`, where Windows ignores that.
   *
   * @default {67108864}
   */
  maxCallSize?: number | undefined;
  /**
   * Called for errors that handlers throw, except `RpcFault` and
   * `ndr.NdrError`. By default, only the client sees them.
   */
  onError?: ((error: unknown) => void) | undefined;
}

/** The default of {@linkcode ServeRpcOptions.maxCallSize}: 64 MiB. */
export const MAX_CALL_SIZE = 67_108_864;
const MAX_PROCEDURE = 0xffff;

/** Checks the options and returns the interfaces as a list. */
export function checkServeOptions(
  { bindings, interfaces, remote = false, maxCallSize, onError }:
    ServeRpcOptions,
): { bindings: readonly string[]; interfaces: readonly RpcInterface[] } {
  if (!Array.isArray(bindings) || bindings.length === 0) {
    throw new TypeError(
      'Invalid bindings: give at least one, such as "ncalrpc:[app]"',
    );
  }
  for (const binding of bindings) {
    const { protocol, address } = parseBinding(binding);
    if (protocol === "ncacn_np" && address !== "") {
      throw new TypeError(
        `Invalid binding ${
          quote(binding)
        }: a server is on this computer, give no address`,
      );
    }
  }
  checkBoolean("remote", remote);
  if (maxCallSize !== undefined) checkSize("maxCallSize", maxCallSize);
  checkFunction("onError", onError);
  const list = Array.isArray(interfaces)
    ? interfaces as readonly RpcInterface[]
    : [interfaces as RpcInterface];
  if (list.length === 0) {
    throw new TypeError("Invalid interfaces: give at least one");
  }
  for (const served of list) checkInterface(served);
  const ids = list.map((served) => syntaxIdentifier(served).toHex());
  if (new Set(ids).size < ids.length) {
    throw new TypeError("Invalid interfaces: one of them is listed twice");
  }
  return { bindings, interfaces: list };
}

/** Returns the handler of a procedure. */
export function handlersOf(
  { procedures }: RpcInterface,
): (procedure: number) => RpcHandler | undefined {
  if (typeof procedures === "function") return () => procedures;
  const handlers = listed(procedures);
  return (procedure) => handlers.get(procedure);
}

function listed(
  procedures: Exclude<RpcInterface["procedures"], RpcHandler>,
): Map<number, RpcHandler> {
  const entries = Object.entries(procedures)
    .filter(([, handler]) => handler !== undefined) as [string, RpcHandler][];
  return new Map(
    entries.map(([number, handler]) => [Number(number), handler]),
  );
}

function checkInterface(served: RpcInterface): void {
  if (typeof served !== "object" || served === null) {
    throw new TypeError("Invalid interface: give { uuid, procedures }");
  }
  syntaxIdentifier(served);
  const { procedures } = served;
  if (typeof procedures === "function") return;
  if (typeof procedures !== "object" || procedures === null) {
    throw new TypeError("Invalid procedures: give a list of functions");
  }
  const handlers = listed(procedures);
  if (handlers.size === 0) {
    throw new TypeError("Invalid procedures: give at least one");
  }
  for (const [number, handler] of handlers) {
    if (!Number.isInteger(number) || number < 0 || number > MAX_PROCEDURE) {
      throw new RangeError(
        `Invalid procedure number ${number}: give 0 to ${MAX_PROCEDURE}`,
      );
    }
    checkFunction(`procedure ${number}`, handler);
  }
}
