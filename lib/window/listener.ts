/**
 * A hidden window whose events are received one by one.
 *
 * @module
 */

import { AsyncQueue } from "../io/wait/async_queue.ts";
import type { WaitOptions } from "../io/wait/wait_options.ts";
import { inSentence } from "../io/format.ts";
import {
  registerFinalizer,
  unregisterFinalizer,
} from "../io/object/finalization.ts";
import {
  closing,
  openWindow,
  type OwnWindow,
  type WindowEvent,
  type WindowOptions,
  type WindowOwner,
} from "./mod.ts";

/** The parameters of a listener. */
export interface WindowListenerOptions<T> {
  /** The action, for errors. */
  readonly action: string;
  /** The subject, for errors about a closed listener. */
  readonly subject: string;
  readonly window: WindowOptions;
  /** Converts an event to a received item. */
  readonly items: (event: WindowEvent) => readonly T[];
}

/**
 * A hidden window that receives events; receive or iterate them.
 *
 * @example
 * ```ts
 * import { watchClipboard, type WindowListener, writeClipboard } from "@winipc/winipc";
 *
 * // The first event of a window.
 * async function first<T>(listener: WindowListener<T>): Promise<T> {
 *   return await listener.receive({ timeout: 5000 });
 * }
 *
 * await using watcher = watchClipboard();
 * await writeClipboard("hello"); // or another program
 * console.log((await first(watcher)).sequence);
 * ```
 */
export class WindowListener<T>
  implements AsyncIterable<T>, Disposable, AsyncDisposable {
  /** The window's handle (`HWND`). */
  readonly handle: number;
  readonly #window: OwnWindow;
  readonly #inbox: AsyncQueue<T>;
  readonly #subject: string;
  readonly #owner: WindowOwner;

  /** Use functions such as `listenRegistered()` and `watchClipboard()`. */
  constructor({ action, subject, window, items }: WindowListenerOptions<T>) {
    this.#subject = subject;
    this.#owner = {
      onEvent: (event) => {
        for (const item of items(event)) this.#inbox.push(item);
      },
      onError: (error) => this.#inbox.end(error),
    };
    this.#window = openWindow(action, window, this.#owner);
    registerFinalizer(this, { what: subject, release: closing(this.#window) });
    this.#inbox = new AsyncQueue(
      () => `Cannot receive from ${inSentence(subject)}: nothing came`,
      this.#window,
    );
    this.handle = Number(BigInt.asUintN(32, this.#window.handle));
  }

  /**
   * Takes the next event, or waits for one.
   *
   * Throws the signal's reason; a `TimeoutError`; {@linkcode
   * Deno.errors.BadResource} when the listener is or gets closed.
   */
  async receive(options: WaitOptions = {}): Promise<T> {
    return await this.#inbox.take(options);
  }

  /** Yields events until the listener is closed. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    for await (const item of this.#inbox.all()) yield item;
  }

  /** Keeps the program alive while a receive is pending; this is the default. */
  ref(): void {
    this.#inbox.setRef(true);
  }

  /** Lets the program end while a receive is pending. */
  unref(): void {
    this.#inbox.setRef(false);
  }

  /** Closes the window; pending receives reject with `BadResource`. Safe to call twice. */
  close(): void {
    unregisterFinalizer(this);
    this.#inbox.end(
      new Deno.errors.BadResource(`${this.#subject} is closed`),
    );
    this.#window.close();
  }

  /** Closes the window, like {@linkcode WindowListener.close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  /**
   * Closes the window and waits until it is destroyed, and for the last window,
   * until its thread has ended.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.#window.closed();
  }
}
