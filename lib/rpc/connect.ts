/**
 * The client.
 *
 * @module
 */

import { checkBytes, checkChoice, checkInteger } from "../io/checks.ts";
import { unwatch, watch } from "../io/dropped.ts";
import { useNative } from "../io/native_access.ts";
import {
  checkWait,
  remaining,
  waitingFor,
  type WaitOptions,
} from "../io/wait.ts";
import { type Binding, formatBinding, parseBinding } from "./binding.ts";
import {
  type BindingSecurity,
  LEVELS,
  type RpcAuthentication,
  type RpcAuthenticationService,
  SERVICES,
} from "./client_binding.ts";
import { isCustom, isThrown, rpcFailure, RpcHandlerError } from "./failure.ts";
import { HeldBinding } from "./held_binding.ts";
import { clientInterface, type NativeInterface } from "./native_interface.ts";
import { THROWN_INTERFACE, thrownQuestion } from "./thrown.ts";
import { CallsUnderWay } from "./under_way.ts";
import {
  type RpcInterfaceId,
  shownInterface,
  syntaxIdentifier,
} from "./uuid.ts";

/** What {@linkcode connectRpc} speaks, and how. */
export interface ConnectRpcOptions extends RpcInterfaceId, WaitOptions {
  /**
   * How calls are authenticated. `ncalrpc` never leaves the computer and
   * Windows always authenticates and protects it; a named pipe authenticates
   * by itself when it is opened. More than that, and anything for TCP, needs a
   * server that has registered to authenticate, as winipc's does.
   *
   * @default {"none"}
   */
  authentication?: RpcAuthentication | undefined;
  /**
   * Who authenticates, where `authentication` is not `"none"`. Servers register
   * for each service; winipc's does for both.
   *
   * @default {"ntlm"}
   */
  authenticationService?: RpcAuthenticationService | undefined;
  /**
   * The principal that the server runs as, such as `host/server.example.com`.
   * Kerberos needs it, which `"negotiate"` then prefers to NTLM.
   */
  serverPrincipal?: string | undefined;
}

const MAX_PROCEDURE = 0xffff;

/**
 * Connects to the server at `binding` (`ncalrpc:[name]`,
 * `ncacn_np:[\\pipe\\name]`, `ncacn_ip_tcp:127.0.0.1[port]`; without
 * `[endpoint]` the computer's endpoint mapper is asked) and asks for an
 * interface of it. Calls `RpcBindingFromStringBindingW`, and `I_RpcGetBuffer`,
 * which connects.
 *
 * Works under `--allow-ffi` scoped to kernel32.dll and rpcrt4.dll. Where Deno is
 * no x64 build, calls wait on threads of Deno's pool, at most two a processor at
 * once.
 *
 * @throws {TypeError} for a binding, UUID or version that is none
 * @throws {Deno.errors.NotFound} when no server is there (`RPC_S_SERVER_UNAVAILABLE`)
 * @throws {Deno.errors.NotSupported} when it does not have the interface (`RPC_S_UNKNOWN_IF`)
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
  } = options;
  const parts = parseBinding(binding);
  syntaxIdentifier(options);
  checkChoice("authentication", authentication, LEVELS);
  checkChoice("authenticationService", service, Object.keys(SERVICES));
  checkPrincipal(principal);
  checkWait(options);
  useNative("rpc");
  const security = { authentication, service, principal };
  const client = new RpcClient(parts, options, security);
  try {
    await client.connect(options);
  } catch (error) {
    client.close();
    throw error;
  }
  return client;
}

/**
 * A client of one interface of a server, from {@linkcode connectRpc}. Makes any number of calls at once.
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
  readonly #calls: CallsUnderWay;

  /** Not for use: {@linkcode connectRpc} makes one. */
  constructor(
    parts: Binding,
    id: RpcInterfaceId,
    security: BindingSecurity,
  ) {
    this.#parts = parts;
    this.#id = { uuid: id.uuid, version: id.version };
    this.#security = security;
    this.#shown = formatBinding(parts);
    const handle = new HeldBinding(parts, security);
    this.#target = clientInterface(id);
    const release = ending(handle, this.#target);
    this.#calls = new CallsUnderWay(handle, () => {
      unwatch(this);
      release();
    });
    watch(this, { what: `The RPC client of "${this.#shown}"`, release });
  }

  /** Where its server is, as Windows writes it. */
  get binding(): string {
    return this.#shown;
  }

  /** Whether {@linkcode RpcClient.close} was called. */
  get closed(): boolean {
    return this.#calls.closed;
  }

  /**
   * Connects, where it is not connected: {@linkcode connectRpc} has done so. A
   * client whose server was started again connects by itself with the next
   * call.
   *
   * @throws what {@linkcode connectRpc} throws
   */
  async connect(options: WaitOptions = {}): Promise<void> {
    const action = `Cannot connect to "${this.#shown}" for the interface ${
      shownInterface(this.#id)
    }`;
    await this.#run(action, 0, undefined, options);
  }

  /**
   * Calls procedure number `procedure` with `bytes` as its arguments and
   * resolves to its results, as bytes: the NDR helpers of winipc encode and
   * decode both. Calls `I_RpcSendReceive` on a thread of its own.
   *
   * A call that is given up is cancelled (`RpcCancelThreadEx`): the server may
   * have carried it out. Windows cannot cancel calls by `ncalrpc`: such a call is
   * given up at once, and its thread waits on until the server answers or ends.
   *
   * @throws {RpcHandlerError} when a handler of winipc's server has thrown
   * @throws {Deno.errors.NotSupported} when the interface lacks the procedure (`RPC_S_PROCNUM_OUT_OF_RANGE`)
   * @throws {Deno.errors.ConnectionReset} when the server ends before it answers (`RPC_S_CALL_FAILED`)
   * @throws {Deno.errors.InvalidData} when the server cannot decode `bytes` (`RPC_X_BAD_STUB_DATA`)
   * @throws {Deno.errors.BadResource} when the client is closed, before or meanwhile
   * @throws the signal's reason, or a `TimeoutError` DOMException
   */
  async call(
    procedure: number,
    bytes: Uint8Array,
    options: WaitOptions = {},
  ): Promise<Uint8Array<ArrayBuffer>> {
    checkInteger("procedure", procedure, 0, MAX_PROCEDURE);
    checkBytes(bytes);
    const action = `Cannot call procedure ${procedure} at "${this.#shown}"`;
    return await this.#run(action, procedure, bytes, options);
  }

  /** Cancels the calls under way, which reject with `BadResource`, and lets go of the server. Safe to call twice. */
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
    const options = waitingFor(
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

  /** Asks the server what its handler has thrown. */
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
      // The status alone still tells that a handler has thrown.
    }
    return new RpcHandlerError(`${action}: ${message}`, status);
  }
}

function checkPrincipal(principal: unknown): void {
  if (principal === undefined) return;
  if (typeof principal !== "string" || /^$|\0/.test(principal)) {
    throw new TypeError(
      `Invalid serverPrincipal ${
        JSON.stringify(principal)
      }: expected a name such as "host/server"`,
    );
  }
}

/** What lets go of a server. */
function ending(handle: HeldBinding, target: NativeInterface): () => void {
  return () => {
    handle.free();
    target.free();
  };
}
