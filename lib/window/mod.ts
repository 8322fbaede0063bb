/**
 * Hidden windows of this program.
 *
 * @module
 */

import { wrapWin32Error } from "../io/deno_error.ts";
import { alsoBind } from "../win32/binding.ts";
import type {
  Request,
  WindowEvent,
  WindowOptions,
  WindowThreadEvent,
} from "./protocol.ts";
import { requireWindowPermissions } from "./window_permissions.ts";
import { WindowThread } from "./window_thread.ts";

export type { WindowEvent, WindowOptions };

/**
 * The owner of a window. It is held weakly, unless it is kept: if the owner is
 * garbage collected, the window closes.
 */
export interface WindowOwner {
  /** Receives an event. */
  onEvent(event: WindowEvent): void;
  /** The window was destroyed without a close here. */
  onError(error: Error): void;
}

let thread: WindowThread | undefined;
let lastId = 0;
const windows = new Map<number, OwnWindow>();

alsoBind(() => {
  try {
    thread?.ask({ type: "bind" });
  } catch (error) {
    // One that has failed has nothing to bind.
    if (!thread!.failed) throw error;
  }
});

/**
 * Opens a hidden window. It exists when this returns. Errors begin with
 * `action`.
 *
 * @throws {Deno.errors.NotCapable} without the permissions that it needs
 */
export function openWindow(
  action: string,
  options: WindowOptions,
  owner: WindowOwner,
): OwnWindow {
  requireWindowPermissions(action);
  return wrapWin32Error(action, () => {
    const running = thread ??= new WindowThread(dispatch);
    const id = ++lastId;
    try {
      const handle = running.ask({ type: "open", window: id, options });
      const window = new OwnWindow(id, handle, options.handler, running, owner);
      windows.set(id, window);
      return window;
    } catch (error) {
      stopIfUnused();
      throw error;
    }
  });
}

/** A window of this program. */
export class OwnWindow {
  /** Its handle (`HWND`). */
  readonly handle: bigint;
  readonly #id: number;
  readonly #handler: string | undefined;
  readonly #thread: WindowThread;
  readonly #owner: WeakRef<WindowOwner>;
  #kept: WindowOwner | undefined;
  #keeps = 0;
  readonly #gone = Promise.withResolvers<void>();
  #closing = false;

  /** Use {@linkcode openWindow}. */
  constructor(
    id: number,
    handle: bigint,
    handler: string | undefined,
    thread: WindowThread,
    owner: WindowOwner,
  ) {
    this.#id = id;
    this.handle = handle;
    this.#handler = handler;
    this.#thread = thread;
    this.#owner = new WeakRef(owner);
  }

  /**
   * Protects the owner from garbage collection, until {@linkcode
   * OwnWindow.unkeep}.
   */
  keep(): void {
    if (this.#keeps++ === 0) this.#kept = this.#owner.deref();
  }

  /** Undoes one {@linkcode OwnWindow.keep}. */
  unkeep(): void {
    if (--this.#keeps === 0) this.#kept = undefined;
  }

  /** Keeps the program alive until {@linkcode OwnWindow.release}. */
  hold(): void {
    this.#thread.hold();
  }

  /** Undoes one {@linkcode OwnWindow.hold}. */
  release(): void {
    this.#thread.release();
  }

  /** Answers a waiting message. */
  answer(message: number, result: bigint): void {
    if (windows.has(this.#id)) {
      this.#thread.post({ type: "answer", message, result });
    }
  }

  /**
   * Passes a request to the window's handler; one that waits is done when this
   * returns.
   */
  request(request: unknown, waits: boolean): void {
    if (!windows.has(this.#id) || this.#handler === undefined) return;
    const [window, handler] = [this.#id, this.#handler];
    const asked = { type: "request", window, handler, request, waits } as const;
    if (waits) this.#ask(asked);
    else this.#thread.post(asked);
  }

  /**
   * Accepts no more messages. The window is destroyed when this returns, or
   * when the messages in its handlers are answered; a window of DDE also waits
   * for those of other windows. Safe to call twice.
   */
  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    if (!windows.has(this.#id)) return;
    const waiting = this.#ask({ type: "close", window: this.#id });
    if (waiting === 0n) this.end();
  }

  /**
   * Waits until it is destroyed, and for the last window, until the thread has
   * ended.
   */
  async closed(): Promise<void> {
    this.hold();
    await this.#gone.promise;
    this.release();
  }

  /** Passes on an event. */
  emit(event: WindowEvent): void {
    this.#owner.deref()?.onEvent(event);
  }

  /** Another program has destroyed the window. */
  lose(error: Error): void {
    const owner = this.#closing ? undefined : this.#owner.deref();
    this.end();
    owner?.onError(error);
  }

  /** The thread has failed. */
  fail(error: Error): void {
    windows.delete(this.#id);
    this.#gone.resolve();
    this.#owner.deref()?.onError(error);
  }

  /** The window was destroyed. */
  end(): void {
    if (!windows.delete(this.#id)) return;
    this.#gone.resolve(stopIfUnused());
  }

  /** Sends a request; 0 if the thread has failed, and with it the window. */
  #ask(request: Request): bigint {
    try {
      return this.#thread.ask(request);
    } catch (error) {
      if (!this.#thread.failed) throw error;
      return 0n;
    }
  }
}

/** Closes the window of a garbage collected owner. */
export function closing(window: OwnWindow): () => void {
  return () => window.close();
}

function dispatch(event: WindowThreadEvent): void {
  if (event.type === "failed") return failAll(event.reason);
  const window = windows.get(event.window);
  switch (event.type) {
    case "closed":
      return window?.end();
    case "destroyed":
      return window?.lose(new Error("Another program destroyed the window"));
    default:
      return window?.emit(event);
  }
}

function failAll(reason: string): void {
  thread = undefined;
  const error = new Error(`The window thread has failed: ${reason}`);
  for (const window of [...windows.values()]) window.fail(error);
}

async function stopIfUnused(): Promise<void> {
  if (windows.size > 0 || thread === undefined) return;
  const stopped = thread.stop();
  thread = undefined;
  await stopped;
}
