/**
 * The RPC server.
 *
 * @module
 */

import { useSecured } from "../io/object/security.ts";
import { rpcrt4 } from "../win32/rpcrt4.ts";
import { toUtf16 } from "../win32/utf16.ts";
import { type Binding, formatBinding, parseBinding } from "./binding.ts";
import { attemptRpc, rpcFailure } from "./errors.ts";
import { SERVICES } from "./client_binding.ts";
import { openEndpoints, type OwnBindings, ownBindings } from "./endpoints.ts";
import {
  acquireThrown,
  type Served,
  ServerInterface,
} from "./server_interface.ts";
import { hasGeneratedCode } from "./generated_code/load.ts";
import { keepServing } from "./dispatch.ts";
import {
  checkServeOptions,
  MAX_CALL_SIZE,
  type RpcInterface,
  type ServeRpcOptions,
} from "./serve_options.ts";

/**
 * Serves interfaces at bindings: `ncalrpc:[name]`, `ncacn_np:[\\pipe\\name]`,
 * `ncacn_ip_tcp:127.0.0.1[port]`. For a binding without `[endpoint]`, Windows
 * chooses one, and clients find it through the computer's endpoint mapper.
 * Calls `RpcServerUseProtseqEpW` (or `RpcServerUseProtseqW` and
 * `RpcEpRegisterW`) and `RpcServerRegisterIf2`.
 *
 * Any number of calls are handled at once. Windows serves every interface of a
 * process at every endpoint of that process. A server answers calls by the
 * protocols of its bindings, and refuses others (5, access denied).
 *
 * An endpoint belongs to the process until that ends, even after `close()`, and
 * keeps its first `sddl`.
 *
 * One thread of a process, the main one or a Worker, can serve RPC at a time.
 * Close the server before its Worker ends: Windows would go on to accept calls.
 *
 * Works under `--allow-ffi` scoped to kernel32.dll and rpcrt4.dll, with `sddl`
 * also advapi32.dll. It needs the x64 build of Deno, which also runs on Windows
 * on ARM64.
 *
 * A name of `ncalrpc` is shared by all sessions and accounts of the computer,
 * and has at most 53 characters.
 *
 * @throws {Deno.errors.NotSupported} if Deno is not an x64 build
 * @throws {TypeError} for an invalid binding, UUID or version
 * @throws {Deno.errors.AddrInUse} when another program has an endpoint, or with
 * `sddl` when another thread of this one has it
 * @throws {Deno.errors.AlreadyExists} when this process already serves an
 * interface, serves RPC in another thread, or has an endpoint with another
 * `sddl`
 *
 * @example
 * ```ts
 * import { connectRpc, serveRpc } from "@winipc/winipc";
 *
 * const uuid = "6b1e0e2a-7d0c-4f7e-9f0a-1f6f2a6d0a11";
 * await using server = await serveRpc({
 *   bindings: ["ncalrpc:[app]"],
 *   interfaces: { uuid, procedures: [(bytes) => bytes.toReversed()] },
 * });
 * using client = await connectRpc("ncalrpc:[app]", { uuid }); // in another process
 * console.log(await client.call(0, new Uint8Array([1, 2, 3])));
 * ```
 */
export async function serveRpc(options: ServeRpcOptions): Promise<RpcServer> {
  const { bindings, interfaces } = checkServeOptions(options);
  const { sddl, remote = false, maxCallSize = MAX_CALL_SIZE } = options;
  requireGeneratedCode();
  useSecured("rpc", sddl);
  const parts = openEndpoints(bindings.map(parseBinding), sddl);
  authenticate();
  const mapped = bindings.some((text) => parseBinding(text).endpoint === "");
  const server = new RpcServer(parts);
  try {
    const { onError } = options;
    await server.register(interfaces, { remote, maxCallSize, onError });
    if (mapped) await server.map();
  } catch (error) {
    server.close();
    await server.closed;
    throw error;
  }
  return server;
}

/**
 * A server. Made by {@linkcode serveRpc}. It keeps the program alive until it
 * is closed.
 *
 * @example
 * ```ts
 * import { serveRpc } from "@winipc/winipc";
 *
 * const uuid = "6b1e0e2a-7d0c-4f7e-9f0a-1f6f2a6d0a11";
 * const server = await serveRpc({
 *   bindings: ["ncacn_ip_tcp:127.0.0.1"], // Windows chooses the port
 *   interfaces: { uuid, procedures: [(bytes) => bytes] },
 * });
 * console.log(server.bindings[0]);
 * server.close();
 * await server.closed;
 * ```
 */
export class RpcServer implements Disposable, AsyncDisposable {
  readonly #bindings: readonly Binding[];
  readonly #registered: Served[] = [];
  readonly #gone = Promise.withResolvers<void>();
  /** The bindings at the endpoint mapper, which the end withdraws. */
  #mapped: OwnBindings | undefined;
  #release: (() => void) | undefined = keepServing();
  #closing = false;

  /** Use {@linkcode serveRpc}. */
  constructor(bindings: readonly Binding[]) {
    this.#bindings = bindings;
  }

  /** Its addresses in Windows' form, including endpoints that Windows chose. */
  get bindings(): string[] {
    return this.#bindings.map(formatBinding);
  }

  /** Resolves when the server is closed and every call has ended. */
  get closed(): Promise<void> {
    return this.#gone.promise;
  }

  /** Keeps the program alive again. */
  ref(): void {
    if (!this.#closing) this.#release ??= keepServing();
  }

  /** Lets the program end while the server is open. */
  unref(): void {
    this.#release?.();
    this.#release = undefined;
  }

  /** Used by {@linkcode serveRpc}. */
  async register(
    interfaces: readonly RpcInterface[],
    { remote, maxCallSize, onError }: {
      remote: boolean;
      maxCallSize: number;
      onError: ServeRpcOptions["onError"];
    },
  ): Promise<void> {
    const rules = {
      protocols: this.#bindings.map(({ protocol }) => protocol),
      remote,
      maxCallSize,
      onError,
    };
    for (const served of interfaces) {
      this.#registered.push(new ServerInterface(served, rules));
    }
    this.#registered.push(await acquireThrown(remote));
  }

  /** Used by {@linkcode serveRpc}. */
  async map(): Promise<void> {
    const action = "Cannot register with the endpoint mapper";
    const own = this.#mapped = attemptRpc(action, ownBindings);
    for (const { address } of this.#registered.slice(0, -1)) {
      const status = await rpcrt4().raw.RpcEpRegisterW(
        address,
        own.vector,
        0n,
        toUtf16("winipc"),
      );
      if (status !== 0) throw rpcFailure(action, "RpcEpRegisterW", status);
    }
  }

  /**
   * Accepts no more calls. Pending ones end: the signals of their handlers are
   * aborted, and their clients get an error. Safe to call twice.
   */
  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    for (const registered of this.#registered) registered.close();
    this.#end().then(this.#gone.resolve, this.#gone.reject);
  }

  /** Closes the server, like {@linkcode RpcServer.close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Closes the server and waits until every call has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    // Keeps the program alive until the awaited close is done.
    const release = keepServing();
    await this.closed.finally(release);
  }

  async #end(): Promise<void> {
    try {
      await this.#unmap();
      for (const registered of this.#registered) await registered.unregister();
    } finally {
      this.unref();
    }
  }

  async #unmap(): Promise<void> {
    using own = this.#mapped;
    if (own === undefined) return;
    for (const { address } of this.#registered.slice(0, -1)) {
      await rpcrt4().raw.RpcEpUnregister(address, own.vector, 0n);
    }
  }
}

/**
 * Lets clients request authentication. A system without it refuses those that
 * do.
 */
function authenticate(): void {
  for (const service of Object.values(SERVICES)) {
    rpcrt4().raw.RpcServerRegisterAuthInfoW(0n, service, 0n, 0n);
  }
}

function requireGeneratedCode(): void {
  if (hasGeneratedCode()) return;
  throw new Deno.errors.NotSupported(
    `Cannot serve RPC: it needs the x64 build of Deno, and this is ${Deno.build.arch}; ` +
      "use that build, which Windows on ARM64 runs, too",
  );
}

export type { RpcInterface, ServeRpcOptions };
