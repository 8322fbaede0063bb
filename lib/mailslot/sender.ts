/**
 * The sending end of a mailslot.
 *
 * @module
 */

import { counted } from "../io/format.ts";
import { checkBytes } from "../io/checks.ts";
import { type ErrorHints, toDenoError } from "../io/deno_error.ts";
import { registerHandle } from "../io/object/inheritance.ts";
import type { OverlappedHandle } from "../io/overlapped/overlapped_handle.ts";
import {
  type WaitOptions,
  withTimeoutMessage,
} from "../io/wait/wait_options.ts";
import { Win32Error } from "../win32/error.ts";
import { ERROR } from "../win32/error_codes.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { copyIn } from "../win32/memory.ts";

/** The most bytes that a message to other computers carries. */
export const REMOTE_LIMIT = 424;

/**
 * A mailslot opened for sending. Made by {@linkcode openMailslot}.
 *
 * @example
 * ```ts
 * import { createMailslot, openMailslot } from "@winipc/winipc";
 *
 * await using mailslot = createMailslot("agent"); // in another process
 * await using sender = await openMailslot("agent");
 * await sender.send(new TextEncoder().encode("hello"));
 * console.log(new TextDecoder().decode(await mailslot.receive()));
 * ```
 */
export class MailslotSender implements Disposable, AsyncDisposable {
  /** The full path of the mailslot. */
  readonly name: string;
  /** The longest message to send, in bytes. */
  readonly maxMessageSize: number;
  readonly #handle: OverlappedHandle;

  /** Use {@linkcode openMailslot}. */
  constructor(name: string, handle: OverlappedHandle, maxMessageSize: number) {
    this.name = name;
    this.maxMessageSize = maxMessageSize;
    this.#handle = handle;
    registerHandle(this, () => handle.raw);
  }

  /**
   * Sends `message`, which may be empty. Resolves when Windows has taken it;
   * the sender does not learn whether the reader reads it.
   *
   * Calls `WriteFile`. Throws a {@linkcode RangeError} for a message that is
   * too long; {@linkcode Deno.errors.BrokenPipe} when the reader has closed;
   * {@linkcode Deno.errors.BadResource} when this end is closed.
   */
  async send(message: Uint8Array, options: WaitOptions = {}): Promise<void> {
    checkBytes(message);
    const size = message.byteLength;
    if (size > this.maxMessageSize) {
      throw new RangeError(
        `Cannot send ${counted(size, "byte")} to "${this.name}": ${
          this.maxMessageSize === REMOTE_LIMIT
            ? "to other computers a mailslot message carries"
            : "a message may have"
        } at most ${this.maxMessageSize}`,
      );
    }
    const handle = this.#handle;
    const action = `Cannot send ${counted(size, "byte")} to "${this.name}"`;
    await handle.run(
      {
        size,
        begin: ({ data, overlapped }) => {
          copyIn(data, message, size);
          return kernel32().raw.WriteFile(
            handle.raw,
            data,
            size,
            0n,
            overlapped,
          );
        },
        end: ({ code }) => {
          if (code === ERROR.ERROR_SUCCESS) return;
          throw toDenoError(
            action,
            new Win32Error("WriteFile", code),
            SEND_HINTS,
          );
        },
      },
      withTimeoutMessage(options, () => `${action}: Windows did not take them`),
    );
  }

  /** Closes this end; the mailslot stays. Safe to call twice. */
  close(): void {
    this.#handle.close();
  }

  /** Closes this end, like {@linkcode MailslotSender.close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Closes this end and waits for its pending operations to end. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.closeAndSettle();
  }
}

const READER_CLOSED = [
  Deno.errors.BrokenPipe,
  "the reader has closed",
] as const;
const TOO_LONG = [
  RangeError,
  "that is more than the mailslot takes in one message",
] as const;

const SEND_HINTS: ErrorHints = {
  [ERROR.ERROR_FILE_NOT_FOUND]: READER_CLOSED,
  [ERROR.ERROR_HANDLE_EOF]: READER_CLOSED,
  [ERROR.ERROR_FILE_INVALID]: READER_CLOSED,
  [ERROR.ERROR_INVALID_HANDLE]: READER_CLOSED,
  [ERROR.ERROR_BROKEN_PIPE]: READER_CLOSED,
  [ERROR.ERROR_INVALID_PARAMETER]: TOO_LONG,
  [ERROR.ERROR_INSUFFICIENT_BUFFER]: TOO_LONG,
};
