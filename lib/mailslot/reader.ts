/**
 * The receiving end of a mailslot.
 *
 * @module
 */

import { checkSize } from "../io/checks.ts";
import { toDenoError, wrapWin32Error } from "../io/deno_error.ts";
import { registerHandle } from "../io/object/inheritance.ts";
import type { OverlappedHandle } from "../io/overlapped/overlapped_handle.ts";
import { AsyncSemaphore } from "../io/wait/async_semaphore.ts";
import {
  beginWait,
  remaining,
  timeoutError,
  type WaitOptions,
  withTimeoutMessage,
} from "../io/wait/wait_options.ts";
import { MAILSLOT_WAIT_FOREVER } from "../win32/constants.ts";
import { Win32Error } from "../win32/error.ts";
import { ERROR } from "../win32/error_codes.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { copyOut } from "../win32/memory.ts";

/** The state of a mailslot. */
export interface MailslotInfo {
  /** The longest message that may be written, in bytes; 0 for any length. */
  readonly maxMessageSize: number;
  /** The size of the next message, in bytes; null when none waits. */
  readonly nextSize: number | null;
  /** How many messages wait. */
  readonly count: number;
  /** How long Windows lets a `receive` wait, in ms. */
  readonly readTimeout: number;
}

const FIRST_READ = 4096;
const MAILSLOT_NO_MESSAGE = 0xffff_ffff;

/**
 * A mailslot that receives. Made by {@linkcode createMailslot}.
 *
 * @example
 * ```ts
 * import { createMailslot, openMailslot } from "@winipc/winipc";
 *
 * await using mailslot = createMailslot("agent");
 * await using sender = await openMailslot("agent"); // in another process
 * await sender.send(new TextEncoder().encode("first"));
 * console.log(mailslot.info().count); // 1
 * for await (const message of mailslot) {
 *   console.log(new TextDecoder().decode(message));
 *   break;
 * }
 * ```
 */
export class Mailslot
  implements AsyncIterable<Uint8Array>, Disposable, AsyncDisposable {
  /** The full path of the mailslot. */
  readonly name: string;
  readonly #handle: OverlappedHandle;
  readonly #turns = new AsyncSemaphore();
  #peeked: Uint8Array<ArrayBuffer> | undefined;

  /** Use {@linkcode createMailslot}. */
  constructor(name: string, handle: OverlappedHandle) {
    this.name = name;
    this.#handle = handle;
    registerHandle(this, () => handle.raw);
  }

  /**
   * Takes the next message, which may be empty, or waits for one. Calls are
   * served in order.
   *
   * Calls `ReadFile`. Throws the signal's reason; a `TimeoutError` after
   * `timeout` or the mailslot's `readTimeout`; {@linkcode
   * Deno.errors.BadResource} when the mailslot is or gets closed.
   */
  async receive(options: WaitOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    const since = beginWait(options);
    const wait = withTimeoutMessage(options, this.#nothingCame);
    const turn = this.#turns.acquire(wait);
    const held = turn instanceof Promise ? await turn : turn;
    try {
      const message = await this.#next(remaining(wait, since));
      this.#peeked = undefined;
      return message;
    } finally {
      held[Symbol.dispose]();
    }
  }

  /**
   * Returns the message that the next {@linkcode Mailslot.receive} will return,
   * and waits for it in the same way. Windows has no peek for mailslots, so the
   * message is taken and kept here.
   */
  async peek(options: WaitOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    const since = beginWait(options);
    const wait = withTimeoutMessage(options, this.#nothingCame);
    const turn = this.#turns.acquire(wait);
    using _turn = turn instanceof Promise ? await turn : turn;
    return (await this.#next(remaining(wait, since))).slice();
  }

  /**
   * Yields messages until the mailslot is closed. Throws a `TimeoutError` when
   * its `readTimeout` passes.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<
    Uint8Array<ArrayBuffer>,
    void,
    void
  > {
    for (;;) {
      let message: Uint8Array<ArrayBuffer>;
      try {
        message = await this.receive();
      } catch (error) {
        if (error instanceof Deno.errors.BadResource) return;
        throw error;
      }
      yield message;
    }
  }

  /**
   * Returns the waiting messages and the settings of the mailslot.
   *
   * Calls `GetMailslotInfo`.
   */
  info(): MailslotInfo {
    const [max, next, count, timeout] = this.#queryInfo();
    const peeked = this.#peeked;
    const waiting = next === MAILSLOT_NO_MESSAGE ? null : next;
    return {
      maxMessageSize: max,
      nextSize: peeked === undefined ? waiting : peeked.byteLength,
      count: peeked === undefined ? count : count + 1,
      readTimeout: timeout === MAILSLOT_WAIT_FOREVER ? Infinity : timeout,
    };
  }

  /**
   * Changes how long Windows lets later receives wait, in ms.
   *
   * Calls `SetMailslotInfo`.
   */
  setReadTimeout(readTimeout: number): void {
    const milliseconds = asMilliseconds(readTimeout);
    wrapWin32Error(
      `Cannot change the time limit of "${this.name}"`,
      () => kernel32().call.SetMailslotInfo(this.#handle.raw, milliseconds),
    );
  }

  /** Keeps the program alive while a receive is pending; this is the default. */
  ref(): void {
    this.#handle.setRef(true);
  }

  /**
   * Lets the program end while a receive is pending. If nothing else of winipc
   * is pending, messages are then noticed up to 10 ms late.
   */
  unref(): void {
    this.#handle.setRef(false);
  }

  /**
   * Closes the mailslot and frees its name. Pending receives reject with
   * `BadResource`. Safe to call twice.
   */
  close(): void {
    this.#handle.close();
  }

  /** Closes the mailslot, like {@linkcode Mailslot.close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Closes the mailslot and waits for its pending operations to end. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.closeAndSettle();
  }

  readonly #nothingCame = () =>
    `Cannot receive from "${this.name}": no message came`;

  async #next(wait: WaitOptions): Promise<Uint8Array<ArrayBuffer>> {
    this.#handle.assertOpen();
    for (let size = FIRST_READ; this.#peeked === undefined;) {
      const message = await this.#read(size, wait);
      if (message !== undefined) {
        this.#peeked = message;
      } else {
        // The message was longer than the buffer, and is still in the mailslot.
        size = Math.max(size, this.#nextSize());
      }
    }
    return this.#peeked;
  }

  async #read(
    size: number,
    wait: WaitOptions,
  ): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const handle = this.#handle;
    return await handle.run({
      size,
      begin: ({ data, overlapped }) =>
        kernel32().raw.ReadFile(handle.raw, data, size, 0n, overlapped),
      end: ({ code, bytes }, { data }) => {
        switch (code) {
          case ERROR.ERROR_SUCCESS: {
            const message = new Uint8Array(bytes);
            copyOut(data, message);
            return message;
          }
          case ERROR.ERROR_INSUFFICIENT_BUFFER:
            return undefined;
          case ERROR.ERROR_SEM_TIMEOUT:
            throw timeoutError(this.info().readTimeout, this.#nothingCame());
        }
        throw toDenoError(
          `Cannot receive from "${this.name}"`,
          new Win32Error("ReadFile", code),
        );
      },
    }, wait);
  }

  #nextSize(): number {
    const [, next] = this.#queryInfo();
    return next === MAILSLOT_NO_MESSAGE ? 0 : next;
  }

  #queryInfo(): [max: number, next: number, count: number, timeout: number] {
    const [max, next, count, timeout] = [
      uint32(),
      uint32(),
      uint32(),
      uint32(),
    ];
    wrapWin32Error(
      `Cannot query "${this.name}"`,
      () =>
        kernel32().call.GetMailslotInfo(
          this.#handle.raw,
          max,
          next,
          count,
          timeout,
        ),
    );
    return [max[0]!, next[0]!, count[0]!, timeout[0]!];
  }
}

function uint32(): Uint32Array<ArrayBuffer> {
  return new Uint32Array(1);
}

/** Converts a `readTimeout` to the number that Windows takes. */
export function asMilliseconds(readTimeout: number): number {
  if (readTimeout === Infinity) return MAILSLOT_WAIT_FOREVER;
  checkSize("readTimeout", readTimeout);
  // Turns -0, which Deno's calls refuse, into 0.
  return readTimeout + 0;
}
