/**
 * Mailslots: one reader, any number of writers, one message a write.
 *
 * A reader creates a mailslot by name and receives; writers open that name and
 * send. Messages arrive whole, in the order of sending, and are kept by Windows
 * until they are read. Nothing comes back: a mailslot is a one-way street, and
 * a writer does not learn whether a message was read. When the reader closes,
 * the name is free again and unread messages are gone.
 *
 * A writer may also address another computer (`\\computer\mailslot\x`), a
 * domain (`\\domain\mailslot\x`) or everybody (`\\*\mailslot\x`). Such messages
 * carry at most 424 bytes, may get lost or come twice, and are turned off by
 * default since Windows 11 24H2.
 *
 * @example Process A creates the mailslot and reads
 * ```ts no-eval
 * import { createMailslot } from "./mod.ts";
 *
 * using mailslot = createMailslot("Name");
 * for await (const message of mailslot) {
 *   console.log(new TextDecoder().decode(message));
 * }
 * ```
 *
 * @example Process B opens it and writes
 * ```ts no-eval
 * import { openMailslot } from "./mod.ts";
 *
 * using sender = await openMailslot("Name", { waitForReader: true });
 * await sender.send(new TextEncoder().encode("hello"));
 * ```
 *
 * @module
 */

import { checkBytes, checkSize } from "./io/checks.ts";
import { attempt, failure, type Reasons } from "./io/failure.ts";
import { tellHandle } from "./io/inheritance.ts";
import { isLocal, objectPath } from "./io/name.ts";
import { useNative } from "./io/native_access.ts";
import { OverlappedHandle } from "./io/overlapped.ts";
import { type Security, security } from "./io/security.ts";
import { Turns } from "./io/turns.ts";
import {
  checkWait,
  pause,
  remaining,
  timeoutError,
  type WaitOptions,
} from "./io/wait.ts";
import { Win32Error } from "./win32/error.ts";
import { ERROR } from "./win32/error_codes.ts";
import { kernel32 } from "./win32/kernel32.ts";
import { copyIn, copyOut } from "./win32/memory.ts";
import { createOverlappedMailslot } from "./win32/ntdll_mailslot.ts";
import { toWide } from "./win32/wide.ts";

/** The options of {@linkcode createMailslot}. */
export interface CreateMailslotOptions {
  /**
   * The longest message that may be written, in bytes; 0 for any length.
   *
   * @default {0}
   */
  maxMessageSize?: number | undefined;
  /**
   * How long Windows lets a `receive` wait, in ms: 0 for not at all, Infinity
   * for ever. The `timeout` of a single `receive` can only shorten it.
   *
   * @default {Infinity}
   */
  readTimeout?: number | undefined;
  /**
   * Who may write, as a security descriptor string. Needs advapi32. By default
   * Windows lets everybody on this computer.
   */
  sddl?: string | undefined;
}

/** The options of {@linkcode openMailslot}. */
export interface OpenMailslotOptions extends WaitOptions {
  /**
   * Waits for a reader where there is none yet, instead of failing with
   * `NotFound`. The name is tried again every few milliseconds: Windows tells
   * nobody that a mailslot was made.
   *
   * @default {false}
   */
  waitForReader?: boolean | undefined;
  /**
   * Refuses longer messages before they are sent, in bytes. A mailslot with a
   * `maxMessageSize` refuses them itself (Windows does, Wine does not), but
   * tells no writer how much it takes.
   *
   * @default 424 bytes to other computers, else Infinity
   */
  maxMessageSize?: number | undefined;
}

/** What Windows tells of a mailslot. */
export interface MailslotInfo {
  /** The longest message that may be written, in bytes; 0 for any length. */
  readonly maxMessageSize: number;
  /** The size of the message that comes next, in bytes; null when none waits. */
  readonly nextSize: number | null;
  /** How many messages wait. */
  readonly count: number;
  /** How long Windows lets a `receive` wait, in ms. */
  readonly readTimeout: number;
}

const FIRST_READ = 4096;
const MAILSLOT_NO_MESSAGE = 0xffff_ffff;
const MAILSLOT_WAIT_FOREVER = 0xffff_ffff;
const REMOTE_LIMIT = 424;

const GENERIC_WRITE = 0x4000_0000;
const FILE_SHARE_READ_WRITE = 3;
const OPEN_EXISTING = 3;
const FILE_FLAG_OVERLAPPED = 0x4000_0000;

const FIRST_RETRY_MS = 1;
const LAST_RETRY_MS = 16;

/**
 * Creates the mailslot `name`, bare (`Name`) or whole (`\\.\mailslot\Name`), to
 * receive what others write to it.
 *
 * Calls `CreateMailslotW`. Needs kernel32.dll; where that call gives a
 * synchronous handle, as under Wine, also ntdll.dll (`NtCreateMailslotFile`);
 * advapi32.dll for `sddl`.
 *
 * @throws {Deno.errors.AddrInUse} when the name is taken
 * @throws {Deno.errors.NotCapable} without `--allow-ffi` for the libraries
 * @throws {TypeError} for a bad name, option or SDDL; {@linkcode RangeError}
 * for a number out of range
 *
 * @example
 * ```ts no-eval
 * import { createMailslot } from "./mod.ts";
 *
 * using mailslot = createMailslot("Name", { maxMessageSize: 1024 });
 * const message = await mailslot.receive({ timeout: 5000 });
 * ```
 */
export function createMailslot(
  name: string,
  options: CreateMailslotOptions = {},
): Mailslot {
  const { maxMessageSize = 0, readTimeout = Infinity, sddl } = options;
  const path = objectPath("mailslot", name);
  if (!isLocal(path)) {
    throw new TypeError(
      `Cannot create "${path}": a mailslot is created on this computer only`,
    );
  }
  checkSize("maxMessageSize", maxMessageSize);
  const milliseconds = asMilliseconds(readTimeout);
  useNative("mailslot", sddl === undefined ? [] : ["sddl"]);
  using secured = security(sddl);
  const handle = attempt(
    `Cannot create "${path}"`,
    () => createHandle(path, maxMessageSize, milliseconds, secured),
    CREATE_REASONS,
  );
  return new Mailslot(path, handle);
}

/** A mailslot that receives. Made by {@linkcode createMailslot}. */
export class Mailslot
  implements AsyncIterable<Uint8Array>, Disposable, AsyncDisposable {
  /** The mailslot's name as a whole path. */
  readonly name: string;
  readonly #handle: OverlappedHandle;
  readonly #turns = new Turns();
  #peeked: Uint8Array<ArrayBuffer> | undefined;

  /** Use {@linkcode createMailslot}. */
  constructor(name: string, handle: OverlappedHandle) {
    this.name = name;
    this.#handle = handle;
    tellHandle(this, () => handle.raw);
  }

  /**
   * Takes the next message, which may be empty, or waits for it. Calls take
   * turns in their order.
   *
   * Calls `ReadFile`. Throws the signal's reason; a `TimeoutError` after
   * `timeout` or the mailslot's `readTimeout`;
   * {@linkcode Deno.errors.BadResource} when closed, before or meanwhile.
   */
  async receive(options: WaitOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    const since = performance.now();
    using _turn = await this.#turns.take(options);
    const message = await this.#next(remaining(options, since));
    this.#peeked = undefined;
    return message;
  }

  /**
   * The message that the next {@linkcode Mailslot.receive} will take; waits for
   * it like that one. Windows cannot look at a message without taking it, so it
   * is taken and kept here.
   */
  async peek(options: WaitOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    const since = performance.now();
    using _turn = await this.#turns.take(options);
    return (await this.#next(remaining(options, since))).slice();
  }

  /** The messages that arrive, until the mailslot is closed or its `readTimeout` passes. */
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
   * What waits, and how the mailslot was made.
   *
   * Calls `GetMailslotInfo`.
   */
  info(): MailslotInfo {
    const [max, next, count, timeout] = this.#numbers();
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
   * Changes how long Windows lets the following receives wait, in ms.
   *
   * Calls `SetMailslotInfo`.
   */
  setReadTimeout(readTimeout: number): void {
    const milliseconds = asMilliseconds(readTimeout);
    attempt(
      `Cannot change the time limit of "${this.name}"`,
      () => kernel32().call.SetMailslotInfo(this.#handle.raw, milliseconds),
    );
  }

  /** Makes a pending receive keep the program alive, which is the default. */
  ref(): void {
    this.#handle.setRef(true);
  }

  /**
   * Lets the program end although a receive is pending. While nothing else of
   * winipc is pending, messages are then noticed up to 10 ms late.
   */
  unref(): void {
    this.#handle.setRef(false);
  }

  /** Closes the mailslot; its name is free again. Pending receives reject with `BadResource`. */
  close(): void {
    this.#handle.close();
  }

  /** Closes the mailslot, like {@linkcode Mailslot.close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Closes the mailslot and waits until nothing of it is pending. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.closeAndSettle();
  }

  async #next(wait: WaitOptions): Promise<Uint8Array<ArrayBuffer>> {
    this.#handle.assertOpen();
    for (let size = FIRST_READ; this.#peeked === undefined;) {
      const message = await this.#read(size, wait);
      if (message !== undefined) this.#peeked = message;
      // The message was longer than the buffer, and is still there.
      else size = Math.max(size, this.#nextSize());
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
            throw timeoutError(this.info().readTimeout);
        }
        throw failure(
          `Cannot receive from "${this.name}"`,
          new Win32Error("ReadFile", code),
        );
      },
    }, wait);
  }

  #nextSize(): number {
    const [, next] = this.#numbers();
    return next === MAILSLOT_NO_MESSAGE ? 0 : next;
  }

  #numbers(): [max: number, next: number, count: number, timeout: number] {
    const [max, next, count, timeout] = [one(), one(), one(), one()];
    attempt(
      `Cannot look at "${this.name}"`,
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

/**
 * Opens the mailslot `name` to send to it: bare (`Name`), whole
 * (`\\.\mailslot\Name`), on another computer, in a domain, or everywhere
 * (`\\*\mailslot\Name`).
 *
 * Calls `CreateFileW`. Needs kernel32.dll.
 *
 * @throws {Deno.errors.NotFound} when there is no such mailslot
 * @throws {Deno.errors.PermissionDenied} when its security refuses us
 * @throws {TypeError} for a bad name or option
 * @throws the signal's reason, or a `TimeoutError` DOMException
 *
 * @example
 * ```ts no-eval
 * import { openMailslot } from "./mod.ts";
 *
 * using sender = await openMailslot("Name");
 * await sender.send(new TextEncoder().encode("hello"));
 * ```
 */
export async function openMailslot(
  name: string,
  options: OpenMailslotOptions = {},
): Promise<MailslotSender> {
  const path = objectPath("mailslot", name);
  const limit = isLocal(path) ? Infinity : REMOTE_LIMIT;
  const { waitForReader = false, maxMessageSize = limit } = options;
  if (maxMessageSize !== Infinity) checkSize("maxMessageSize", maxMessageSize);
  checkWait(options);
  useNative("mailslot");
  const since = performance.now();
  for (let delay = FIRST_RETRY_MS;;) {
    const tried = open(path);
    if (tried instanceof OverlappedHandle) {
      return new MailslotSender(path, tried, Math.min(limit, maxMessageSize));
    }
    if (!waitForReader || tried.code !== ERROR.ERROR_FILE_NOT_FOUND) {
      throw failure(`Cannot open "${path}"`, tried, openReasons(path));
    }
    await pause(delay, remaining(options, since));
    delay = Math.min(2 * delay, LAST_RETRY_MS);
  }
}

/** A mailslot opened for sending. Made by {@linkcode openMailslot}. */
export class MailslotSender implements Disposable, AsyncDisposable {
  /** The mailslot's name as a whole path. */
  readonly name: string;
  /** The longest message that is sent, in bytes. */
  readonly maxMessageSize: number;
  readonly #handle: OverlappedHandle;

  /** Use {@linkcode openMailslot}. */
  constructor(name: string, handle: OverlappedHandle, maxMessageSize: number) {
    this.name = name;
    this.maxMessageSize = maxMessageSize;
    this.#handle = handle;
    tellHandle(this, () => handle.raw);
  }

  /**
   * Sends `message`, which may be empty. Resolves when Windows has it: whether
   * the reader reads it is not told.
   *
   * Calls `WriteFile`. Throws a {@linkcode RangeError}, before or by the call,
   * for a message that is too long; {@linkcode Deno.errors.BrokenPipe} when the
   * reader has closed; {@linkcode Deno.errors.BadResource} when closed here.
   */
  async send(message: Uint8Array, options: WaitOptions = {}): Promise<void> {
    checkBytes(message);
    const size = message.byteLength;
    if (size > this.maxMessageSize) {
      throw new RangeError(
        `Cannot send ${size} bytes to "${this.name}": ${
          this.maxMessageSize === REMOTE_LIMIT
            ? "to other computers a mailslot message carries"
            : "a message may have"
        } at most ${this.maxMessageSize}`,
      );
    }
    const handle = this.#handle;
    await handle.run({
      size,
      begin: ({ data, overlapped }) => {
        copyIn(data, message);
        return kernel32().raw.WriteFile(handle.raw, data, size, 0n, overlapped);
      },
      end: ({ code }) => {
        if (code === ERROR.ERROR_SUCCESS) return;
        throw failure(
          `Cannot send ${size} bytes to "${this.name}"`,
          new Win32Error("WriteFile", code),
          SEND_REASONS,
        );
      },
    }, options);
  }

  /** Closes this end; the mailslot stays. Twice is harmless. */
  close(): void {
    this.#handle.close();
  }

  /** Closes this end, like {@linkcode MailslotSender.close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Closes this end and waits until nothing of it is pending. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.closeAndSettle();
  }
}

function createHandle(
  path: string,
  maxMessageSize: number,
  milliseconds: number,
  secured: Security,
): OverlappedHandle {
  const create = overlappedByDefault ??= isOverlappedByDefault();
  return new OverlappedHandle(
    create
      ? kernel32().call.CreateMailslotW(
        toWide(path),
        maxMessageSize,
        milliseconds,
        secured.attributes,
      )
      : createOverlappedMailslot(
        path,
        maxMessageSize,
        milliseconds,
        secured.descriptor,
      ),
    `The mailslot "${path}"`,
  );
}

let overlappedByDefault: boolean | undefined;

/**
 * On Windows the documented call gives an overlapped handle. Under Wine it
 * gives a synchronous one, which the completion port refuses; there the same
 * mailslot is made by ntdll's own function, which takes the choice. A mailslot
 * that nobody else knows is asked once, as on a failed try with the real name
 * a writer could have come and gone.
 */
function isOverlappedByDefault(): boolean {
  const path = `\\\\.\\mailslot\\winipc-${crypto.randomUUID()}`;
  const raw = kernel32().call.CreateMailslotW(toWide(path), 0, 0, null);
  try {
    new OverlappedHandle(raw, path).close();
    return true;
  } catch (error) {
    const synchronous = error instanceof Win32Error &&
      error.code === ERROR.ERROR_INVALID_PARAMETER;
    if (!synchronous) throw error;
  }
  useNative("mailslot", ["overlapped-mailslot"]);
  return false;
}

function open(path: string): OverlappedHandle | Win32Error {
  try {
    const raw = kernel32().call.CreateFileW(
      toWide(path),
      GENERIC_WRITE,
      FILE_SHARE_READ_WRITE,
      0n,
      OPEN_EXISTING,
      FILE_FLAG_OVERLAPPED,
      0n,
    );
    return new OverlappedHandle(raw, `The sender to "${path}"`);
  } catch (error) {
    if (error instanceof Win32Error) return error;
    throw error;
  }
}

function asMilliseconds(readTimeout: number): number {
  if (readTimeout === Infinity) return MAILSLOT_WAIT_FOREVER;
  checkSize("readTimeout", readTimeout);
  return readTimeout;
}

function one(): Uint32Array<ArrayBuffer> {
  return new Uint32Array(1);
}

const CREATE_REASONS: Reasons = {
  [ERROR.ERROR_ALREADY_EXISTS]: [Deno.errors.AddrInUse, "the name is taken"],
};

function openReasons(path: string): Reasons {
  if (isLocal(path)) {
    return { [ERROR.ERROR_FILE_NOT_FOUND]: "there is no such mailslot" };
  }
  const reason = [
    Deno.errors.NotFound,
    "Windows does not reach other computers' mailslots from here (they are turned off by default since Windows 11 24H2)",
  ] as const;
  return {
    [ERROR.ERROR_FILE_NOT_FOUND]: reason,
    [ERROR.ERROR_PATH_NOT_FOUND]: reason,
    [ERROR.ERROR_BAD_NETPATH]: reason,
  };
}

const READER_CLOSED = [
  Deno.errors.BrokenPipe,
  "the reader has closed",
] as const;
const TOO_LONG = [
  RangeError,
  "that is more than the mailslot takes in one message",
] as const;

const SEND_REASONS: Reasons = {
  [ERROR.ERROR_FILE_NOT_FOUND]: READER_CLOSED,
  [ERROR.ERROR_HANDLE_EOF]: READER_CLOSED,
  [ERROR.ERROR_FILE_INVALID]: READER_CLOSED,
  [ERROR.ERROR_INVALID_HANDLE]: READER_CLOSED,
  [ERROR.ERROR_BROKEN_PIPE]: READER_CLOSED,
  [ERROR.ERROR_INVALID_PARAMETER]: TOO_LONG,
  [ERROR.ERROR_INSUFFICIENT_BUFFER]: TOO_LONG,
};
