/**
 * What a server is given, and its checks.
 *
 * @module
 */

import { quote } from "../io/shown.ts";
import { checkBoolean, checkSize } from "../io/checks.ts";
import { parseBinding } from "./binding.ts";
import type { RpcCaller } from "./caller.ts";
import { type RpcInterfaceId, syntaxIdentifier } from "./uuid.ts";

/** What a handler is told beside the arguments. */
export interface RpcCall {
  /** The number of the procedure. */
  readonly procedure: number;
  /**
   * Aborted when the server closes before the handler is done, and by nothing
   * else. A client that gives its call up, or dies, is not told here, and RPC's
   * thread waits for the handler all the same: what may take long needs a limit
   * of its own. (`RpcServerTestCancel` would have to be asked again and again.
   * Windows' notification, `RpcServerSubscribeForNotification`, must be ended
   * before the call is, and Wine does not have it.)
   */
  readonly signal: AbortSignal;
  /**
   * Who calls. Windows is asked by the first look, which must be made before
   * the handler is done.
   */
  readonly caller: RpcCaller;
}

/**
 * Handles a procedure: takes the arguments as bytes and gives the results as
 * bytes. What it throws becomes the client's error: an `RpcFault` as its
 * status, anything else with its message.
 */
export type RpcHandler = (
  bytes: Uint8Array<ArrayBuffer>,
  call: RpcCall,
) => Uint8Array | Promise<Uint8Array>;

/** An interface to serve. */
export interface RpcInterface extends RpcInterfaceId {
  /**
   * The handlers by the numbers of their procedures, or one handler for all
   * numbers. A number without one is answered with
   * `RPC_S_PROCNUM_OUT_OF_RANGE`.
   */
  procedures:
    | readonly (RpcHandler | undefined)[]
    | Readonly<Record<number, RpcHandler>>
    | RpcHandler;
}

/** What {@linkcode serveRpc} serves, and where. */
export interface ServeRpcOptions {
  /** Where: `ncalrpc:[name]`, `ncacn_np:[\\pipe\\name]`, `ncacn_ip_tcp:127.0.0.1[port]`, with or without endpoint. */
  bindings: readonly string[];
  /** What. */
  interfaces: RpcInterface | readonly RpcInterface[];
  /**
   * Whether callers from other computers are served. Without it their calls are
   * refused (5, access denied).
   *
   * The port of a TCP binding is open on every network interface either way,
   * whatever address the binding names: `RpcServerUseProtseqEpW` takes none. A
   * stranger can connect and bind to the interfaces; its calls come no further
   * than that refusal. What must not be seen from outside at all takes
   * `ncalrpc`, or a rule of the firewall.
   *
   * @default {false}
   */
  remote?: boolean | undefined;
  /**
   * Who may connect by `ncalrpc` and by pipe, as a security descriptor string
   * (`"D:(A;;GA;;;WD)"`); Windows' default otherwise. An endpoint that this
   * process has already must be given the same, as the same string.
   */
  sddl?: string | undefined;
  /**
   * How many bytes the arguments of a call may have at most. Larger calls are
   * refused (5, access denied). This corresponds to `MaxRpcSize`, and also holds
   * for `ncalrpc`, where Windows ignores that.
   *
   * @default {67108864}
   */
  maxCallSize?: number | undefined;
  /** Told what handlers throw, except an `RpcFault`. Without it only the client is told. */
  onError?: ((error: unknown) => void) | undefined;
}

/** The default of {@linkcode ServeRpcOptions.maxCallSize}: 64 MiB. */
export const MAX_CALL_SIZE = 67_108_864;
const MAX_PROCEDURE = 0xffff;

/** Checks the options and gives the interfaces as a list. */
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
  if (onError !== undefined && typeof onError !== "function") {
    throw new TypeError("Invalid onError: give a function");
  }
  const list = Array.isArray(interfaces)
    ? interfaces as readonly RpcInterface[]
    : [interfaces as RpcInterface];
  if (list.length === 0) {
    throw new TypeError("Invalid interfaces: give at least one");
  }
  for (const served of list) checkInterface(served);
  return { bindings, interfaces: list };
}

/** What gives the handler of a procedure. */
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
    if (typeof handler !== "function") {
      throw new TypeError(`Invalid procedure ${number}: give a function`);
    }
  }
}
