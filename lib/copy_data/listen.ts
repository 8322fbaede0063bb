/**
 * Receiving `WM_COPYDATA`.
 *
 * @module
 */

import { checkFunction, checkInteger } from "../io/checks.ts";
import {
  registerFinalizer,
  unregisterFinalizer,
} from "../io/object/finalization.ts";
import { useNative } from "../io/permissions/required_libraries.ts";
import { AsyncQueue } from "../io/wait/async_queue.ts";
import type { WaitOptions } from "../io/wait/wait_options.ts";
import {
  closing,
  openWindow,
  type OwnWindow,
  type WindowEvent,
  type WindowOwner,
} from "../window/mod.ts";
import { runHandler } from "./send_queue.ts";
import {
  checkedWindow,
  type CopyDataMessage,
  type ListenMessagesOptions,
  type MessageHandler,
  type WindowChoice,
} from "./listen_options.ts";
import type { CopyDataCancelled, CopyDataSettings } from "./window_handler.ts";
import { shown } from "../io/format.ts";

/**
 * Opens a hidden window that receives `WM_COPYDATA`. Senders can find it when
 * this function returns.
 *
 * A `handler` is called for each message as it arrives, even while it still
 * handles an earlier one. Its answer is the sender's result. Up to 8 messages
 * of all windows are handled at once; further senders wait. An earlier message
 * returns to its sender after those that arrived meanwhile. Without a handler,
 * iterate or receive the messages; senders get 1.
 *
 * Until a handler has answered, no window of this program takes posted messages:
 * those of DDE, as client and as server, registered ones, and the clipboard's
 * changes. So a handler must not await one of them: it would wait until
 * `answerTimeout`, and its sender would get 0. Answer first.
 *
 * Close the listener before its Worker ends: the window would go on to accept
 * messages, which nobody receives.
 *
 * Calls `RegisterClassExW` and `CreateWindowExW` in a Worker that blocks in
 * `GetMessageW`. The window procedure is a callback, so this needs
 * `--allow-ffi` without a path. The Worker loads winipc's modules, so it also
 * needs `--allow-read` for the folder `lib`, or `--allow-import` if winipc was
 * imported from the web.
 *
 * @throws {Deno.errors.NotCapable} without these permissions
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
  checkFunction("handler", handler);
  checkFunction("onError", onError);
  checkInteger("answerTimeout", answerTimeout, 1, 0x7fff_ffff);
  checkInteger("backlog", backlog, 1, 0x7fff_ffff);
  return new MessageListener(checkedWindow(options), handler, {
    answerTimeout,
    backlog,
    // deno-lint-ignore no-console -- an onError replaces this.
    onError: onError ?? console.error,
  });
}

interface Received extends CopyDataMessage {
  /** The reply to send; 0 once it has been sent. */
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
  readonly #inbox: AsyncQueue<Received>;
  readonly #handler: MessageHandler | undefined;
  readonly #onError: (error: unknown) => void;
  readonly #queuedCount = new Int32Array(new SharedArrayBuffer(4));
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
    const queuedCount = this.#queuedCount.buffer;
    useNative("message");
    this.#owner = {
      onEvent: (event) => this.#onEvent(event),
      onError: (error) => {
        if (this.#handler !== undefined) this.#report(error);
        this.#finish(error);
      },
    };
    this.#window = openWindow(action, {
      ...options,
      handler: "copy data",
      settings: {
        answered,
        answerTimeout,
        backlog,
        queuedCount,
      } satisfies CopyDataSettings,
    }, this.#owner);
    const what = `The listener "${title}"`;
    if (answered) this.#window.keep();
    else registerFinalizer(this, { what, release: closing(this.#window) });
    this.handle = Number(BigInt.asUintN(32, this.#window.handle));
    this.title = title;
    this.className = className;
    this.#inbox = new AsyncQueue(
      () => `Cannot receive from the listener "${title}": no message came`,
      this.#window,
    );
    this.#handler = handler;
    this.#onError = onError;
    if (answered) this.#window.hold();
  }

  /**
   * Takes the next message, or waits for one.
   *
   * Throws the signal's reason; a `TimeoutError`; {@linkcode
   * Deno.errors.BadResource} when the listener is or gets closed; a `TypeError`
   * if the listener has a handler.
   */
  async receive(options: WaitOptions = {}): Promise<CopyDataMessage> {
    this.#assertNoHandler();
    return this.#taken(await this.#inbox.take(options));
  }

  /** Yields messages until the listener is closed. */
  async *[Symbol.asyncIterator](): AsyncGenerator<CopyDataMessage, void, void> {
    this.#assertNoHandler();
    for await (const received of this.#inbox.all()) yield this.#taken(received);
  }

  /** Keeps the program alive while the listener waits; this is the default. */
  ref(): void {
    this.#inbox.setRef(true);
    if (this.#refed || this.#handler === undefined || this.#closed) return;
    this.#refed = true;
    this.#window.hold();
  }

  /** Lets the program end while the listener waits. */
  unref(): void {
    this.#inbox.setRef(false);
    if (!this.#refed || this.#handler === undefined || this.#closed) return;
    this.#refed = false;
    this.#window.release();
  }

  /**
   * Closes the window and frees its title. Pending receives reject with
   * `BadResource`, messages in a handler are still answered, and unreceived
   * messages are dropped: a sender that still waits gets 0. Safe to call twice.
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

  /**
   * Closes the window and waits until it is destroyed, and for the last window,
   * until its thread has ended.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.#window.closed();
  }

  #onEvent(event: WindowEvent): void {
    switch (event.type) {
      case "data": {
        const { tag, bytes, sender, message } = event;
        const received: Received = {
          tag: Number(tag),
          rawTag: tag,
          bytes,
          sender: Number(BigInt.asUintN(32, sender)),
          message,
        };
        if (this.#handler !== undefined) {
          return void runHandler(() => this.#handle(received));
        }
        return this.#closed
          ? this.#refuse(message)
          : this.#inbox.push(received);
      }
      case "event":
        return this.#withdraw((event.event as CopyDataCancelled).cancelled);
      case "error":
        if (event.message !== undefined) {
          if (this.#handler === undefined) Atomics.sub(this.#queuedCount, 0, 1);
          this.#refuse(event.message);
        }
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

  #withdraw(cancelled: number): void {
    this.#inbox.drop(({ message }) => {
      if (message !== cancelled) return false;
      Atomics.sub(this.#queuedCount, 0, 1);
      return true;
    });
  }

  #taken({ message, ...shown }: Received): CopyDataMessage {
    Atomics.sub(this.#queuedCount, 0, 1);
    if (message !== 0) this.#window.answer(message, 1n);
    return shown;
  }

  /** Answers a message that no one will take, if its sender waits. */
  #refuse(message: number): void {
    if (message !== 0) this.#window.answer(message, 0n);
  }

  #report(error: unknown): void {
    try {
      this.#onError(error);
    } catch (another) {
      // deno-lint-ignore no-console -- there is no one else to notify.
      console.error(another);
    }
  }

  #finish(reason: unknown): void {
    if (this.#closed) return;
    unregisterFinalizer(this);
    if (this.#handler !== undefined) this.#window.unkeep();
    if (this.#handler !== undefined && this.#refed) this.#window.release();
    this.#closed = true;
    this.#inbox.end(reason, ({ message }) => this.#refuse(message));
  }

  #assertNoHandler(): void {
    if (this.#handler === undefined) return;
    throw new TypeError(
      `Cannot receive from "${this.title}": its handler takes the messages`,
    );
  }
}

/**
 * The result for an answer; 1 for no answer.
 *
 * @throws {TypeError} for an invalid answer
 */
function asResult(answer: unknown): bigint {
  switch (typeof answer) {
    case "undefined":
      return 1n;
    case "boolean":
    case "bigint":
      return BigInt.asUintN(64, BigInt(answer));
    case "number":
      if (Number.isInteger(answer)) return BigInt.asUintN(64, BigInt(answer));
  }
  throw new TypeError(
    `Invalid answer ${shown(answer)}: give an integer, true or false`,
  );
}
