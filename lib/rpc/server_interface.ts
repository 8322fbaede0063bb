/**
 * An interface that a server has registered: passes calls to handlers, and
 * answers them.
 *
 * @module
 */

import { checkBytes } from "../io/checks.ts";
import { ERROR } from "../win32/error_codes.ts";
import { checkStatus, rpcrt4 } from "../win32/rpcrt4.ts";
import { waitsForCalls } from "../win32/wine.ts";
import type { RpcProtocol } from "./binding.ts";
import {
  callerOf,
  isLocalCaller,
  place,
  type RpcCaller,
} from "./caller_identity.ts";
import { attemptRpc, RpcFault } from "./errors.ts";
import {
  nativeEmptyInterface,
  type NativeInterface,
  nativeServerInterface,
} from "./native_interface.ts";
import {
  dispatchFunction,
  receive,
  type ReceivedCall,
  stopReceiving,
} from "./dispatch.ts";
import {
  handlersOf,
  type RpcHandler,
  type RpcInterface,
} from "./serve_options.ts";
import { NdrError } from "./ndr.ts";
import {
  storeError,
  THROWN_INTERFACE,
  THROWN_QUESTION_SIZE,
  thrownAnswer,
} from "./handler_errors.ts";
import { shownInterface, syntaxIdentifier } from "./uuid.ts";

/** Which calls a server accepts. */
export interface CallPolicy {
  /** The accepted protocols; undefined for all. */
  readonly protocols: readonly RpcProtocol[] | undefined;
  /** Whether from other computers. */
  readonly remote: boolean;
  /** The most bytes of arguments. */
  readonly maxCallSize: number;
  /** Receives the errors that handlers throw. */
  readonly onError: ((error: unknown) => void) | undefined;
}

const REGISTER = "RpcServerRegisterIf2";
const RPC_IF_AUTOLISTEN = 1;
const RPC_IF_ALLOW_CALLBACKS_WITH_NO_AUTH = 0x10;
const RPC_IF_ALLOW_LOCAL_ONLY = 0x20;
const RPC_C_LISTEN_MAX_CALLS_DEFAULT = 1234;
/** An interface without callers. */
const KEEPALIVE_INTERFACE = { uuid: "5d0c3f0e-6c1b-4a57-9a63-7a2b0c8e41d9" };

const KEEPALIVE_POLICY = { protocols: [], remote: false, maxCallSize: 0 };

const served = new Set<string>();

/** The server's functions for an interface. */
export type Served = Pick<
  ServerInterface,
  "address" | "close" | "unregister"
>;

/** An interface of a server. */
export class ServerInterface {
  readonly #id: Uint8Array;
  readonly #key: string;
  readonly #native: NativeInterface;
  readonly #handlerOf: (procedure: number) => RpcHandler | undefined;
  readonly #rules: CallPolicy;
  readonly #calls = new Set<ReceivedCall>();
  readonly #closing = new AbortController();

  /** Registers it with Windows, which accepts calls at once. */
  constructor(id: RpcInterface, rules: CallPolicy) {
    this.#rules = rules;
    this.#handlerOf = handlersOf(id);
    const action = `Cannot serve the interface ${shownInterface(id)}`;
    this.#id = syntaxIdentifier(id);
    this.#key = this.#id.toHex();
    if (served.has(this.#key)) {
      throw new Deno.errors.AlreadyExists(
        `${action}: this process serves it already`,
      );
    }
    this.#native = nativeServerInterface(id, dispatchFunction());
    receive(this.#id, (call) => this.#take(call), rules.maxCallSize);
    try {
      attemptRpc(action, keepListening);
      attemptRpc(
        action,
        () => checkStatus(REGISTER, register(this.address, rules)),
      );
    } catch (error) {
      stopReceiving(this.#id);
      this.#native.free();
      throw error;
    }
    served.add(this.#key);
  }

  /** The address of its `RPC_SERVER_INTERFACE`. */
  get address(): bigint {
    return this.#native.address;
  }

  /** Ends pending calls; later ones end at once. */
  close(): void {
    this.#closing.abort(
      new Deno.errors.BadResource("The RPC server is closed"),
    );
    for (const call of this.#calls) call.fail(ERROR.RPC_S_CALL_FAILED);
    this.#calls.clear();
  }

  /**
   * Unregisters it from Windows and waits until RPC's threads have left it. If
   * that wait is impossible, received calls are still answered, and the
   * description of the interface stays for a thread on its way.
   */
  async unregister(): Promise<void> {
    const waits = waitsForCalls();
    const wait = waits ? 1 : 0;
    await rpcrt4().raw.RpcServerUnregisterIf(this.address, 0n, wait);
    await stopReceiving(this.#id);
    served.delete(this.#key);
    if (waits) this.#native.free();
  }

  #take(call: ReceivedCall): void {
    const { signal } = this.#closing;
    if (signal.aborted) return call.fail(ERROR.RPC_S_CALL_FAILED);
    if (!this.#allows(call.binding)) {
      return call.fail(ERROR.ERROR_ACCESS_DENIED);
    }
    const handler = this.#handlerOf(call.procedure);
    if (handler === undefined) {
      return call.fail(ERROR.RPC_S_PROCNUM_OUT_OF_RANGE);
    }
    this.#calls.add(call);
    let caller: RpcCaller | undefined;
    const { procedure, binding } = call;
    const calls = this.#calls;
    const info = {
      procedure,
      signal,
      get caller() {
        if (caller !== undefined) return caller;
        // RPC frees the binding handle of a call that has ended.
        if (!calls.has(call)) {
          throw new Deno.errors.BadResource(
            "Cannot tell the caller: the call has ended",
          );
        }
        return caller = callerOf(binding);
      },
    };
    this.#handle(handler, call, info);
  }

  async #handle(
    handler: RpcHandler,
    call: ReceivedCall,
    info: Parameters<RpcHandler>[1],
  ): Promise<void> {
    let status = 0;
    let results: Uint8Array = new Uint8Array();
    try {
      const given = handler(call.bytes, info);
      results = given instanceof Uint8Array ? given : await given;
      checkBytes(results);
    } catch (error) {
      status = this.#statusOf(error);
    }
    // It has already ended if the server was closed meanwhile.
    if (!this.#calls.delete(call)) return;
    if (status === 0) call.answer(results);
    else call.fail(status);
  }

  #statusOf(error: unknown): number {
    if (error instanceof RpcFault) return error.status;
    if (error instanceof NdrError) return ERROR.RPC_X_BAD_STUB_DATA;
    try {
      this.#rules.onError?.(error);
    } catch (thrown) {
      reportError(thrown);
    }
    return storeError(error);
  }

  #allows(binding: bigint): boolean {
    const { protocols, remote } = this.#rules;
    if (protocols === undefined && remote) return true;
    const caller = place(binding);
    if (caller.protocol === undefined) return false;
    if (protocols !== undefined && !protocols.includes(caller.protocol)) {
      return false;
    }
    return remote || isLocalCaller(binding, caller);
  }
}

interface Shared {
  readonly registered: ServerInterface;
  users: number;
  /** How many of them accept calls from other computers. */
  remotes: number;
}

let thrown: Shared | undefined;
/** Settles when the last user has unregistered the interface from Windows. */
let leaving: Promise<void> | undefined;

/**
 * The interface that serves the messages of errors. All servers of the process
 * share it. It is open to other computers while one of the servers is.
 */
export async function acquireThrown(remote: boolean): Promise<Served> {
  while (leaving !== undefined) await leaving;
  thrown ??= { registered: registerThrown(), users: 0, remotes: 0 };
  const shared = thrown;
  shared.users++;
  if (remote) shared.remotes++;
  return {
    address: shared.registered.address,
    close() {},
    async unregister() {
      if (remote) shared.remotes--;
      if (--shared.users > 0) return;
      thrown = undefined;
      await (leaving = unregisterThrown(shared));
    },
  };
}

async function unregisterThrown({ registered }: Shared): Promise<void> {
  try {
    registered.close();
    await registered.unregister();
  } finally {
    leaving = undefined;
  }
}

function registerThrown(): ServerInterface {
  const procedures = [thrownAnswer];
  const rules: CallPolicy = {
    protocols: undefined,
    get remote() {
      return (thrown?.remotes ?? 0) > 0;
    },
    maxCallSize: THROWN_QUESTION_SIZE,
    onError: undefined,
  };
  return new ServerInterface({ ...THROWN_INTERFACE, procedures }, rules);
}

let listening = false;

/**
 * Keeps the process listening until it ends, like its endpoints, by an
 * interface without procedures. Otherwise RPC stops with the last interface and
 * starts again with the next. Under Wine, a client that connects in between is
 * accepted and then ignored: its calls fail, or never return.
 */
function keepListening(): void {
  if (listening) return;
  const empty = nativeEmptyInterface(KEEPALIVE_INTERFACE);
  const status = register(empty, KEEPALIVE_POLICY);
  // Another thread of the process has registered it.
  if (status !== ERROR.RPC_S_TYPE_ALREADY_REGISTERED) {
    checkStatus(REGISTER, status);
  }
  listening = true;
}

function register(
  address: bigint,
  rules: Pick<CallPolicy, "protocols" | "remote" | "maxCallSize">,
): number {
  return rpcrt4().raw.RpcServerRegisterIf2(
    address,
    0n,
    0n,
    RPC_IF_AUTOLISTEN | RPC_IF_ALLOW_CALLBACKS_WITH_NO_AUTH |
      (isLocalOnly(rules) ? RPC_IF_ALLOW_LOCAL_ONLY : 0),
    RPC_C_LISTEN_MAX_CALLS_DEFAULT,
    rules.maxCallSize,
    0n,
  );
}

/**
 * Whether Windows itself may refuse remote callers. It then refuses every call
 * by TCP, from this computer too (Microsoft: Interface Registration Flags).
 */
function isLocalOnly(
  { protocols, remote }: Pick<CallPolicy, "protocols" | "remote">,
): boolean {
  return !remote && protocols !== undefined &&
    !protocols.includes("ncacn_ip_tcp");
}
