/**
 * Receiving `WM_COPYDATA`.
 *
 * @module
 */

import { checkInteger } from "../io/checks.ts";
import { unwatch, watch } from "../io/dropped.ts";
import { useNative } from "../io/native_access.ts";
import type { WaitOptions } from "../io/wait.ts";
import { Inbox } from "../window/inbox.ts";
import {
  closing,
  openWindow,
  type OwnWindow,
  type WindowEvent,
  type WindowOwner,
} from "../window/mod.ts";
import { asResult } from "./answer.ts";
import { asHandler } from "./lanes.ts";
import {
  checkedWindow,
  type CopyDataMessage,
  type ListenMessagesOptions,
  type MessageHandler,
  type WindowChoice,
} from "./listen_options.ts";
import type { CopyDataSettings, CopyDataWithdrawn } from "./window_handler.ts";

/**
 * Opens a hidden window that receives `WM_COPYDATA`. It is there, and can be
 * found, when this returns.
 *
 * With a `handler` each message is handled as it comes, also while an earlier
 * one is still being handled, and the handler's answer is the sender's result.
 * Up to 8 messages of all windows are handled at once; the senders of more wait.
 * An earlier message returns to its sender after those that came while it was
 * handled. Without a handler the messages are iterated or received, and senders
 * get 1.
 *
 * Calls `RegisterClassExW` and `CreateWindowExW` on a thread of its own, a
 * Worker that blocks in `GetMessageW`. Needs kernel32.dll and user32.dll, but
 * a window's procedure is a callback, and so `--allow-ffi` without a scope; and
 * `--allow-read` for winipc's folder `lib`, from which the Worker loads its
 * modules, or `--allow-import` where winipc was imported from the web.
 *
 * @throws {Deno.errors.NotCapable} without these rights
 * @throws {TypeError} for a bad option; {@linkcode RangeError} for a number out
 * of range
 *
 * @example Iterating
 * ```ts
 * import { listenMessages, sendCopyData } from "@winipc/winipc";
 *
 * await using listener = listenMessages({ title: "Client" });
 * // In another process:
 * await sendCopyData("Client", new Uint8Array([0x68, 0, 0x69, 0]), { tag: 7 });
 *
 * for await (const { tag, bytes } of listener) {
 *   console.log(tag, new TextDecoder("utf-16le").decode(bytes)); // 7n hi
 *   break;
 * }
 * ```
 *
 * @example Answering
 * ```ts
 * import { listenMessages, sendCopyData } from "@winipc/winipc";
 *
 * await using listener = listenMessages({ title: "Adder" }, ({ bytes }) => {
 *   return bytes.reduce((sum, byte) => sum + byte, 0);
 * });
 * // In another process:
 * console.log(await sendCopyData("Adder", new Uint8Array([1, 2, 3]))); // 6
 * ```
 */
export function listenMessages(
  options: ListenMessagesOptions = {},
  handler?: MessageHandler,
): MessageListener {
  const { answerTimeout = 5000, backlog = 1024, onError } = options;
  if (handler !== undefined && typeof handler !== "function") {
    throw new TypeError("Invalid handler: give a function");
  }
  if (onError !== undefined && typeof onError !== "function") {
    throw new TypeError("Invalid onError: give a function");
  }
  checkInteger("answerTimeout", answerTimeout, 1, 0x7fff_ffff);
  checkInteger("backlog", backlog, 1, 0x7fff_ffff);
  return new MessageListener(checkedWindow(options), handler, {
    answerTimeout,
    backlog,
    // deno-lint-ignore no-console -- whoever wants silence gives an onError.
    onError: onError ?? console.error,
  });
}

interface Received extends CopyDataMessage {
  /** Whom to answer; 0 where that has happened. */
  readonly message: number;
}

interface Behaviour {
  readonly answerTimeout: number;
  readonly backlog: number;
  readonly onError: (error: unknown) => void;
}

/**
 * A window that receives `WM_COPYDATA`. Made by {@linkcode listenMessages}.
 *
 * @example
 * ```ts
 * import { listenMessages, sendCopyData } from "@winipc/winipc";
 *
 * await using listener = listenMessages({ title: "Board" });
 * await sendCopyData(listener.handle, new Uint8Array([1, 2, 3]), { tag: 7 });
 * const { tag, bytes, sender } = await listener.receive({ timeout: 5000 });
 * console.log(tag, bytes.byteLength, sender);
 * ```
 */
export class MessageListener
  implements AsyncIterable<CopyDataMessage>, Disposable, AsyncDisposable {
  /** The window's handle (`HWND`). */
  readonly handle: number;
  /** The window's title. */
  readonly title: string;
  /** The name of the window's class. */
  readonly className: string;
  readonly #window: OwnWindow;
  readonly #owner: WindowOwner;
  readonly #inbox: Inbox<Received>;
  readonly #handler: MessageHandler | undefined;
  readonly #onError: (error: unknown) => void;
  readonly #untaken = new Int32Array(new SharedArrayBuffer(4));
  #refed = true;
  #closed = false;

  /** Use {@linkcode listenMessages}. */
  constructor(
    options: WindowChoice,
    handler: MessageHandler | undefined,
    { answerTimeout, backlog, onError }: Behaviour,
  ) {
    const { title, className } = options;
    const action = `Cannot listen as the window "${title}"`;
    const answered = handler !== undefined;
    const untaken = this.#untaken.buffer;
    useNative("message");
    this.#owner = {
      told: (event) => this.#told(event),
      failed: (error) => this.#finish(error),
    };
    this.#window = openWindow(action, {
      ...options,
      handler: "copy data",
      settings: {
        answered,
        answerTimeout,
        backlog,
        untaken,
      } satisfies CopyDataSettings,
    }, this.#owner);
    const what = `The listener "${title}"`;
    if (answered) this.#window.keep();
    else watch(this, { what, release: closing(this.#window) });
    this.handle = Number(BigInt.asUintN(32, this.#window.handle));
    this.title = title;
    this.className = className;
    this.#inbox = new Inbox(
      this.#window,
      () => `Cannot receive from the listener "${title}": no message came`,
    );
    this.#handler = handler;
    this.#onError = onError;
    if (answered) this.#window.hold();
  }

  /**
   * Takes the next message, or waits for it.
   *
   * Throws the signal's reason; a `TimeoutError`;
   * {@linkcode Deno.errors.BadResource} when closed, before or meanwhile; a
   * `TypeError` where a handler takes the messages.
   */
  async receive(options: WaitOptions = {}): Promise<CopyDataMessage> {
    this.#assertNoHandler();
    return this.#taken(await this.#inbox.take(options));
  }

  /** The messages that arrive, until the listener is closed. */
  async *[Symbol.asyncIterator](): AsyncGenerator<CopyDataMessage, void, void> {
    this.#assertNoHandler();
    for await (const received of this.#inbox.all()) yield this.#taken(received);
  }

  /** Makes the listener keep the program alive while it waits, which is the default. */
  ref(): void {
    this.#inbox.setRef(true);
    if (this.#refed || this.#handler === undefined || this.#closed) return;
    this.#refed = true;
    this.#window.hold();
  }

  /** Lets the program end although the listener waits. */
  unref(): void {
    this.#inbox.setRef(false);
    if (!this.#refed || this.#handler === undefined || this.#closed) return;
    this.#refed = false;
    this.#window.release();
  }

  /**
   * Closes the window: its title is free again, and pending receives reject
   * with `BadResource`. Messages that are being handled are still answered,
   * and those that nobody received are gone. Safe to call twice.
   */
  close(): void {
    this.#finish(
      new Deno.errors.BadResource(`The listener "${this.title}" is closed`),
    );
    this.#window.close();
  }

  /** Closes the window, like {@linkcode MessageListener.close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Closes the window and waits until it is gone, and with the last one its thread. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.#window.closed();
  }

  #told(event: WindowEvent): void {
    switch (event.told) {
      case "data": {
        const { tag, bytes, sender, message } = event;
        const received: Received = {
          tag: Number(tag),
          rawTag: tag,
          bytes,
          sender: Number(BigInt.asUintN(32, sender)),
          message,
        };
        return this.#handler === undefined
          ? this.#inbox.push(received)
          : void asHandler(() => this.#handle(received));
      }
      case "event":
        return this.#withdraw((event.event as CopyDataWithdrawn).withdrawn);
      case "trouble":
        return this.#report(new Error(`A message is lost: ${event.reason}`));
    }
  }

  async #handle(received: Received): Promise<void> {
    const { message, ...shown } = received;
    let result = 0n;
    try {
      const answer = this.#handler!(shown);
      result = asResult(answer instanceof Promise ? await answer : answer);
    } catch (error) {
      this.#report(error);
    }
    this.#window.answer(message, result);
  }

  #withdraw(withdrawn: number): void {
    this.#inbox.drop(({ message }) => {
      if (message !== withdrawn) return false;
      Atomics.sub(this.#untaken, 0, 1);
      return true;
    });
  }

  #taken({ message, ...shown }: Received): CopyDataMessage {
    Atomics.sub(this.#untaken, 0, 1);
    if (message !== 0) this.#window.answer(message, 1n);
    return shown;
  }

  #report(error: unknown): void {
    try {
      this.#onError(error);
    } catch (another) {
      // deno-lint-ignore no-console -- nobody is left to tell but the log.
      console.error(another);
    }
  }

  #finish(reason: unknown): void {
    if (this.#closed) return;
    unwatch(this);
    if (this.#handler !== undefined) this.#window.unkeep();
    if (this.#handler !== undefined && this.#refed) this.#window.release();
    this.#closed = true;
    this.#inbox.end(reason);
  }

  #assertNoHandler(): void {
    if (this.#handler === undefined) return;
    throw new TypeError(
      `Cannot receive from "${this.title}": its handler takes the messages`,
    );
  }
}
