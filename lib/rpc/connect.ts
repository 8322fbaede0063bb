/**
 * The RPC client.
 *
 * @module
 */

import {
  checkBoolean,
  checkBytes,
  checkChoice,
  checkInteger,
  checkString,
} from "../io/checks.ts";
import { counted } from "../io/format.ts";
import {
  registerFinalizer,
  unregisterFinalizer,
} from "../io/object/finalization.ts";
import { useNative } from "../io/permissions/required_libraries.ts";
import { LONG_DELAYS, retry } from "../io/wait/retry.ts";
import {
  checkWait,
  remaining,
  type WaitOptions,
  withTimeoutMessage,
} from "../io/wait/wait_options.ts";
import { Win32Error } from "../win32/error.ts";
import { ERROR } from "../win32/error_codes.ts";
import { type Binding, formatBinding, parseBinding } from "./binding.ts";
import {
  type BindingSecurity,
  LEVELS,
  type RpcAuthentication,
  type RpcAuthenticationService,
  SERVICES,
} from "./client_binding.ts";
import { isCustom, isThrown, rpcFailure, RpcHandlerError } from "./errors.ts";
import { SharedBinding } from "./shared_binding.ts";
import {
  nativeClientInterface,
  type NativeInterface,
} from "./native_interface.ts";
import { THROWN_INTERFACE, thrownQuestion } from "./handler_errors.ts";
import { PendingCalls } from "./pending_calls.ts";
import {
  type RpcInterfaceId,
  shownInterface,
  syntaxIdentifier,
} from "./uuid.ts";

/** The options of {@linkcode connectRpc}. */
export interface ConnectRpcOptions extends RpcInterfaceId, WaitOptions {
  /**
   * How calls are authenticated. `ncalrpc` never leaves the computer, and
   * Windows always authenticates and protects it. A named pipe authenticates
   * when it is opened. Anything more, and any authentication over TCP, needs a
   * server that has registered for it, as winipc's does.
   *
   * @default {"none"}
   */
  authentication?: RpcAuthentication | undefined;
  /**
   * The authentication service, if `authentication` is not `"none"`. Servers
   * register for each service; winipc's registers for both.
   *
   * @default {"ntlm"}
   */
  authenticationService?: RpcAuthenticationService | undefined;
  /**
   * The server's principal, such as `host/server.example.com`. Kerberos needs
   * it; with it, `"negotiate"` prefers Kerberos to NTLM.
   */
  serverPrincipal?: string | undefined;
  /**
   * Waits for the server if it does not listen yet, or does not have the
   * interface yet, instead of failing with `NotFound` or `NotSupported`. It
   * tries again every few milliseconds, and later less often.
   *
   * @default {false}
   */
  waitForPeer?: boolean | undefined;
}

/** Bit 15 of `ProcNum` is a flag, `RPC_FLAGS_VALID_BIT` (rpcdcep.h). */
const MAX_PROCEDURE = 0x7fff;
/** `BufferLength` has 32 bits. */
const MAX_ARGUMENTS = 0xffff_ffff;

/**
 * Connects to the server at `binding` (`ncalrpc:[name]`,
 * `ncacn_np:[\\pipe\\name]`, `ncacn_ip_tcp:127.0.0.1[port]`; without
 * `[endpoint]`, the computer's endpoint mapper finds it) and to one of its
 * interfaces. Calls `RpcBindingFromStringBindingW`, and `I_RpcGetBuffer`, which
 * connects.
 *
 * Works under `--allow-ffi` scoped to kernel32.dll and rpcrt4.dll. If Deno is
 * not an x64 build, calls block threads of Deno's pool, at most two for each
 * processor at once.
 *
 * @throws {TypeError} for an invalid binding, UUID or version
 * @throws {Deno.errors.NotFound} when no server listens there
 * (`RPC_S_SERVER_UNAVAILABLE`), without `waitForPeer`
 * @throws {Deno.errors.NotSupported} when it does not have the interface
 * (`RPC_S_UNKNOWN_IF`), without `waitForPeer`
 * @throws {Deno.errors.PermissionDenied} when it refuses
 * @throws the signal's reason, or a `TimeoutError` DOMException
 *
 * @example
 * ```ts
 * import { connectRpc, serveRpc } from "@winipc/winipc";
 *
 * const uuid = "6b1e0e2a-7d0c-4f7e-9f0a-1f6f2a6d0a11";
 * await using server = await serveRpc({ // in another process
 *   bindings: ["ncalrpc:[app]"],
 *   interfaces: { uuid, procedures: [(bytes) => bytes.toReversed()] },
 * });
 * using client = await connectRpc("ncalrpc:[app]", { uuid });
 * const answer = await client.call(0, new TextEncoder().encode("hello"));
 * console.log(new TextDecoder().decode(answer)); // olleh
 * ```
 */
export async function connectRpc(
  binding: string,
  options: ConnectRpcOptions,
): Promise<RpcClient> {
  const {
    authentication = "none",
    authenticationService: service = "ntlm",
    serverPrincipal: principal,
    waitForPeer = false,
  } = options;
  const parts = parseBinding(binding);
  syntaxIdentifier(options);
  checkChoice("authentication", authentication, LEVELS);
  checkChoice("authenticationService", service, Object.keys(SERVICES));
  if (principal !== undefined) checkString("serverPrincipal", principal);
  checkBoolean("waitForPeer", waitForPeer);
  checkWait(options);
  useNative("rpc");
  const security = { authentication, service, principal };
  const client = new RpcClient(parts, options, security);
  try {
    const { signal, timeout } = options;
    if (!waitForPeer) await client.connect({ signal, timeout });
    else await connectWhenListening(client, { signal, timeout });
  } catch (error) {
    client.close();
    throw error;
  }
  return client;
}

/**
 * A client of one interface of a server. Made by {@linkcode connectRpc}. It can
 * make any number of calls at once.
 *
 * @example
 * ```ts
 * import { connectRpc, serveRpc } from "@winipc/winipc";
 *
 * const uuid = "6b1e0e2a-7d0c-4f7e-9f0a-1f6f2a6d0a11";
 * await using server = await serveRpc({ // in another process
 *   bindings: ["ncalrpc:[app]"],
 *   interfaces: { uuid, procedures: [(bytes) => bytes] },
 * });
 * using client = await connectRpc("ncalrpc:[app]", { uuid });
 * const calls = [1, 2, 3].map((n) => client.call(0, new Uint8Array([n])));
 * console.log(await Promise.all(calls)); // at once
 * ```
 */
export class RpcClient implements Disposable {
  readonly #shown: string;
  readonly #parts: Binding;
  readonly #id: RpcInterfaceId;
  readonly #security: BindingSecurity;
  readonly #target: NativeInterface;
  readonly #calls: PendingCalls;

  /** Use {@linkcode connectRpc}. */
  constructor(
    parts: Binding,
    id: RpcInterfaceId,
    security: BindingSecurity,
  ) {
    this.#parts = parts;
    this.#id = { uuid: id.uuid, version: id.version };
    this.#security = security;
    this.#shown = formatBinding(parts);
    const handle = new SharedBinding(parts, security);
    this.#target = nativeClientInterface(id);
    const release = ending(handle, this.#target);
    this.#calls = new PendingCalls(handle, () => {
      unregisterFinalizer(this);
      release();
    });
    registerFinalizer(this, {
      what: `The RPC client of "${this.#shown}"`,
      release,
    });
  }

  /** The server's address, in Windows' form. */
  get binding(): string {
    return this.#shown;
  }

  /** Whether {@linkcode RpcClient.close} was called. */
  get closed(): boolean {
    return this.#calls.closed;
  }

  /**
   * Connects if it is not connected; {@linkcode connectRpc} has already done
   * so. After a restart of its server, a client connects again with the next
   * call.
   *
   * @throws the same errors as {@linkcode connectRpc}
   */
  async connect(options: WaitOptions = {}): Promise<void> {
    const action = `Cannot connect to "${this.#shown}" for the interface ${
      shownInterface(this.#id)
    }`;
    await this.#run(action, 0, undefined, options);
  }

  /**
   * Calls procedure number `procedure`, 0 to 32767, with `bytes` as its
   * arguments and resolves to its results as bytes. The NDR helpers of winipc encode and
   * decode both. Calls `I_RpcSendReceive` on its own thread.
   *
   * An abort or a timeout cancels the call (`RpcCancelThreadEx`); the server
   * may have processed it. Windows cannot cancel calls by `ncalrpc`: the
   * promise rejects at once, and the thread keeps waiting until the server
   * answers or ends.
   *
   * @throws {RpcHandlerError} when a handler of winipc's server has thrown
   * @throws {Deno.errors.NotSupported} when the interface lacks the procedure
   * (`RPC_S_PROCNUM_OUT_OF_RANGE`)
   * @throws {Deno.errors.ConnectionReset} when the server ends before it
   * answers (`RPC_S_CALL_FAILED`)
   * @throws {Deno.errors.InvalidData} when the server cannot decode `bytes`
   * (`RPC_X_BAD_STUB_DATA`)
   * @throws {RangeError} for 4 GiB of arguments or more, or when there is no
   * memory for the results
   * @throws {Deno.errors.BadResource} when the client is or gets closed
   * @throws the signal's reason, or a `TimeoutError` DOMException
   */
  async call(
    procedure: number,
    bytes: Uint8Array,
    options: WaitOptions = {},
  ): Promise<Uint8Array<ArrayBuffer>> {
    checkInteger("procedure", procedure, 0, MAX_PROCEDURE);
    checkBytes(bytes);
    if (bytes.byteLength > MAX_ARGUMENTS) {
      throw new RangeError(
        `Invalid data of ${
          counted(bytes.byteLength, "byte")
        }: a call has at most ${MAX_ARGUMENTS} bytes of arguments`,
      );
    }
    const action = `Cannot call procedure ${procedure} at "${this.#shown}"`;
    // The caller may change the bytes while the call waits for its turn, or
    // before it is repeated.
    const copy = new Uint8Array(bytes);
    return await this.#run(action, procedure, copy, options);
  }

  /**
   * Cancels pending calls, which reject with `BadResource`, and releases the
   * server. Safe to call twice.
   */
  close(): void {
    this.#calls.close(
      new Deno.errors.BadResource(
        `The RPC client of "${this.#shown}" is closed`,
      ),
    );
  }

  /** Closes it. */
  [Symbol.dispose](): void {
    this.close();
  }

  async #run(
    action: string,
    procedure: number,
    bytes: Uint8Array | undefined,
    wait: WaitOptions,
  ): Promise<Uint8Array<ArrayBuffer>> {
    checkWait(wait);
    const options = withTimeoutMessage(
      wait,
      () => `${action}: the server did not answer`,
    );
    const since = performance.now();
    const { status, bytes: results } = await this.#calls.make({
      protocol: this.#parts.protocol,
      target: this.#target.address,
      procedure,
      bytes,
    }, options);
    if (status === 0) return results;
    if (isThrown(status)) {
      throw await this.#thrown(action, status, remaining(options, since));
    }
    if (isCustom(status)) {
      throw new RpcHandlerError(
        `${action}: the server answered with its status 0x${
          status.toString(16)
        }`,
        status,
      );
    }
    throw rpcFailure(action, "I_RpcSendReceive", status);
  }

  /** Asks the server for the error that its handler threw. */
  async #thrown(
    action: string,
    status: number,
    options: WaitOptions,
  ): Promise<RpcHandlerError> {
    let message = `status 0x${status.toString(16)}`;
    try {
      const asking = new RpcClient(
        this.#parts,
        THROWN_INTERFACE,
        this.#security,
      );
      try {
        const answer = await asking.call(0, thrownQuestion(status), options);
        if (answer.byteLength > 0) message = new TextDecoder().decode(answer);
      } finally {
        asking.close();
      }
    } catch {
      // The status alone still shows that a handler threw.
    }
    return new RpcHandlerError(`${action}: ${message}`, status);
  }
}

/** Connects as soon as the server listens and has the interface. */
async function connectWhenListening(
  client: RpcClient,
  options: WaitOptions,
): Promise<void> {
  let fact = "no server listened";
  const wait = withTimeoutMessage(
    options,
    () => `Cannot connect to "${client.binding}": ${fact}`,
  );
  await retry(wait, LONG_DELAYS, async (left) => {
    try {
      await client.connect(left);
      return true;
    } catch (error) {
      if (lacksInterface(error)) {
        fact = "the server had no such interface, or not in this version,";
      } else if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  });
}

/** A server opens its endpoints before it registers its interfaces. */
function lacksInterface(error: unknown): boolean {
  const { cause } = error as Error;
  return cause instanceof Win32Error && cause.code === ERROR.RPC_S_UNKNOWN_IF;
}

/** Releases the server. */
function ending(handle: SharedBinding, target: NativeInterface): () => void {
  return () => {
    handle.free();
    target.free();
  };
}
