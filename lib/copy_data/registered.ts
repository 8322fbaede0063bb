/**
 * Receiving registered messages.
 *
 * @module
 */

import { useNative } from "../io/native_access.ts";
import type { WaitOptions } from "../io/wait.ts";
import { Inbox } from "../window/inbox.ts";
import { openWindow, type OwnWindow, type WindowEvent } from "../window/mod.ts";
import {
  checkedWindow,
  type OwnWindowOptions,
  type WindowChoice,
} from "./listen_options.ts";
import { checkMessageName, register } from "./post.ts";

/** A registered message that has come. */
export interface RegisteredMessage {
  /** The name it is registered by. */
  readonly name: string;
  /** The first number (`wParam`). */
  readonly wParam: bigint;
  /** The second number (`lParam`). */
  readonly lParam: bigint;
}

/**
 * Opens a hidden window that receives the registered messages `names`, posted
 * to it or broadcast. It needs the same rights as `listenMessages()`.
 *
 * @throws {Deno.errors.NotCapable} without these rights
 * @throws {TypeError} for a bad name or option
 *
 * @example
 * ```ts
 * import { listenRegistered, postRegistered } from "@winipc/winipc";
 *
 * await using listener = listenRegistered(["app.refresh"], { title: "Board" });
 * postRegistered("Board", "app.refresh"); // in another process
 * for await (const { name } of listener) {
 *   console.log(name);
 *   break;
 * }
 * ```
 */
export function listenRegistered(
  names: readonly string[],
  options: OwnWindowOptions = {},
): RegisteredListener {
  if (!Array.isArray(names) || names.length === 0) {
    throw new TypeError("Invalid names: give the names of one message or more");
  }
  names.forEach(checkMessageName);
  return new RegisteredListener(names, checkedWindow(options));
}

/** A window that receives registered messages. Made by {@linkcode listenRegistered}. */
export class RegisteredListener
  implements AsyncIterable<RegisteredMessage>, Disposable, AsyncDisposable {
  /** The window's handle (`HWND`). */
  readonly handle: number;
  /** The window's title. */
  readonly title: string;
  readonly #names: ReadonlyMap<number, string>;
  readonly #window: OwnWindow;
  readonly #inbox: Inbox<RegisteredMessage>;

  /** Use {@linkcode listenRegistered}. */
  constructor(
    names: readonly string[],
    options: WindowChoice,
  ) {
    useNative("message");
    this.title = options.title;
    this.#names = new Map(names.map((name) => [register(name), name]));
    const action = `Cannot listen as the window "${options.title}"`;
    const registered = [...this.#names.keys()];
    this.#window = openWindow(action, { ...options, registered }, {
      told: (event) => this.#told(event),
      failed: (error) => this.#inbox.end(error),
    });
    this.#inbox = new Inbox(this.#window);
    this.handle = Number(BigInt.asUintN(32, this.#window.handle));
  }

  /**
   * Takes the next message, or waits for it.
   *
   * Throws the signal's reason; a `TimeoutError`;
   * {@linkcode Deno.errors.BadResource} when closed, before or meanwhile.
   */
  async receive(options: WaitOptions = {}): Promise<RegisteredMessage> {
    return await this.#inbox.take(options);
  }

  /** The messages that arrive, until the listener is closed. */
  [Symbol.asyncIterator](): AsyncGenerator<RegisteredMessage, void, void> {
    return this.#inbox.all();
  }

  /** Makes a pending receive keep the program alive, which is the default. */
  ref(): void {
    this.#inbox.setRef(true);
  }

  /** Lets the program end although a receive is pending. */
  unref(): void {
    this.#inbox.setRef(false);
  }

  /** Closes the window; pending receives reject with `BadResource`. Twice is harmless. */
  close(): void {
    this.#inbox.end(
      new Deno.errors.BadResource(`The listener "${this.title}" is closed`),
    );
    this.#window.close();
  }

  /** Closes the window, like {@linkcode RegisteredListener.close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Closes the window and waits until it is gone, and with the last one its thread. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.#window.closed();
  }

  #told(event: WindowEvent): void {
    if (event.told !== "registered") return;
    const { message, wParam, lParam } = event;
    this.#inbox.push({ name: this.#names.get(message)!, wParam, lParam });
  }
}
