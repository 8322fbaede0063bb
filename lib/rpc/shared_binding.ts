/**
 * The binding handle of a client. It is recreated if its connections have
 * become useless.
 *
 * All handles of a process to one server share an association with it, which
 * the server forgets when the last connection is closed: after a restart, or
 * when all pending calls were cancelled. Windows then starts a new one. Wine
 * asks for the old one as long as one of the handles exists, and is refused
 * (`RPC_S_CALL_FAILED_DNE`). So all of them are closed then.
 *
 * @module
 */

import { rpcrt4 } from "../win32/rpcrt4.ts";
import { type Binding, formatBinding } from "./binding.ts";
import { type BindingSecurity, openBinding } from "./client_binding.ts";
import { attemptRpc } from "./errors.ts";

interface Server {
  readonly handles: Set<SharedBinding>;
  renewal: Promise<void> | undefined;
}

/** How long to wait for other calls to leave a handle, in ms. */
const TIMEOUT_MS = 1000;

const servers = new Map<string, Server>();

/** A binding handle that knows how many calls use it. */
export class SharedBinding {
  readonly #parts: Binding;
  readonly #security: BindingSecurity;
  readonly #server: Server;
  #handle: bigint;
  #uses = 0;
  #unused = () => {};

  /** Opens the handle. */
  constructor(parts: Binding, security: BindingSecurity) {
    this.#parts = parts;
    this.#security = security;
    this.#handle = opened(parts, security);
    this.#server = serverOf(formatBinding(parts));
    this.#server.handles.add(this);
  }

  /** How many calls use it. */
  get uses(): number {
    return this.#uses;
  }

  /** Returns the handle, for a call that {@linkcode SharedBinding.leave} ends. */
  enter(): bigint {
    this.#handle ||= opened(this.#parts, this.#security);
    this.#uses++;
    return this.#handle;
  }

  /** A call has ended. */
  leave(): void {
    if (--this.#uses === 0) this.#unused();
  }

  /**
   * Closes all connections of this process to the server when no call uses
   * them, and waits at most a second for that.
   */
  async renew(): Promise<void> {
    const server = this.#server;
    server.renewal ??= renewAll(server).finally(() => {
      server.renewal = undefined;
    });
    await server.renewal;
  }

  /** Frees it. No call may use it. */
  free(): void {
    this.#rest();
    this.#server.handles.delete(this);
    if (this.#server.handles.size === 0) {
      servers.delete(formatBinding(this.#parts));
    }
  }

  /** Frees the handle when no call uses it, unless `deadline` resolves first. */
  async freeWhenIdle(deadline: Promise<void>): Promise<void> {
    if (this.#uses > 0) {
      const unused = new Promise<void>((resolve) => this.#unused = resolve);
      await Promise.race([unused, deadline]);
      this.#unused = () => {};
    }
    if (this.#uses === 0) this.#rest();
  }

  #rest(): void {
    if (this.#handle === 0n) return;
    rpcrt4().raw.RpcBindingFree(new BigUint64Array([this.#handle]));
    this.#handle = 0n;
  }
}

function opened(parts: Binding, security: BindingSecurity): bigint {
  return attemptRpc(
    `Cannot connect to "${formatBinding(parts)}"`,
    () => openBinding(parts, security),
  );
}

async function renewAll({ handles }: Server): Promise<void> {
  const { promise: deadline, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, TIMEOUT_MS);
  try {
    await Promise.all(
      [...handles].map((handle) => handle.freeWhenIdle(deadline)),
    );
  } finally {
    clearTimeout(timer);
  }
}

function serverOf(shown: string): Server {
  let server = servers.get(shown);
  if (server === undefined) {
    server = { handles: new Set(), renewal: undefined };
    servers.set(shown, server);
  }
  return server;
}
