/**
 * Sending `WM_COPYDATA`.
 *
 * @module
 */

import { abortable } from "../io/wait/abortable.ts";
import { retry, SHORT_DELAYS } from "../io/wait/retry.ts";
import { counted, shown } from "../io/format.ts";
import { checkBytes, checkInteger } from "../io/checks.ts";
import { toDenoError } from "../io/deno_error.ts";
import { useNative } from "../io/permissions/required_libraries.ts";
import {
  checkWait,
  remaining,
  type WaitOptions,
  withTimeoutMessage,
} from "../io/wait/wait_options.ts";
import { WM_COPYDATA } from "../win32/constants.ts";
import { Win32Error } from "../win32/error.ts";
import { ERROR } from "../win32/error_codes.ts";
import { allocate, copyIn, copyOut, free } from "../win32/memory.ts";
import { COPYDATASTRUCT, pack } from "../win32/structs.ts";
import { user32 } from "../win32/user32.ts";
import { SEND_FLAGS } from "../window/send_flags.ts";
import { beginSend } from "./send_queue.ts";
import {
  type Facts,
  factsOf,
  isUnexplained,
  noWindowHints,
  seemsHung,
  undelivered,
} from "./undelivered.ts";
import {
  checkTarget,
  describe,
  type FindWindowsOptions,
  lookUp,
  type WindowTarget,
} from "./windows.ts";
import { isWine } from "../win32/wine.ts";

/** The options of {@linkcode sendCopyData}. */
export interface SendCopyDataOptions {
  /**
   * The tag: a number that says what the data is (`dwData`, 64 bits).
   *
   * @default {0}
   */
  tag?: number | bigint | undefined;
  /**
   * The handle of your own listener, for receivers that want to know or to
   * answer the sender (`wParam`).
   *
   * @default {0}
   */
  from?: number | bigint | undefined;
  /**
   * Waits for the window if it does not exist yet, instead of failing with
   * `NotFound`. It searches every few milliseconds.
   *
   * @default {false}
   */
  waitForPeer?: boolean | undefined;
  /**
   * How long to wait for the answer, in ms, including the wait for earlier
   * messages to the same window. A message may still be handled after the
   * timeout.
   *
   * @default {10000}
   */
  timeout?: number | undefined;
  /**
   * Cancels the call. A pending message cannot be withdrawn: it may still be
   * handled.
   */
  signal?: AbortSignal | undefined;
}

const MAX_WAIT_MS = 0x7fff_ffff;
const DEFAULT_TIMEOUT = 10_000;
const RESULT_SIZE = 8;
/** How many times to send a message that fails without a known reason. */
const MAX_ATTEMPTS = 5;
/** How long a thread that another message has woken may take to run, in ms. */
const WAKING_MS = 500;

/**
 * Sends `data` to a window and resolves to its answer once it has handled the
 * message. 1 means yes; 0 is a refusal, or the answer of a window that does not
 * know the message. The event loop keeps running.
 *
 * Sends to one window run in the order of their calls. Sends from a message
 * handler have their own order.
 *
 * Each pending message blocks one thread of Deno's pool. At most two for each
 * processor run at once, or three including those from message handlers; others
 * wait.
 *
 * Calls `SendMessageTimeoutW` with `WM_COPYDATA`, `SMTO_ABORTIFHUNG` and
 * `SMTO_ERRORONEXIT`. Needs kernel32.dll and user32.dll; a scoped `--allow-ffi`
 * is enough.
 *
 * @throws {Deno.errors.NotFound} when there is no such window
 * @throws {Deno.errors.BrokenPipe} when the window vanished before it answered
 * @throws {Deno.errors.TimedOut} when the window is hung, after half a second
 * @throws {Deno.errors.PermissionDenied} when it runs at a higher integrity
 * level (UIPI)
 * @throws {RangeError} for more data than a message can carry: 768 KiB under
 * Wine; on Windows, memory is the limit
 * @throws the signal's reason, or a `TimeoutError` DOMException
 *
 * @example
 * ```ts
 * import { listenMessages, sendCopyData } from "@winipc/winipc";
 *
 * // In another process:
 * await using listener = listenMessages({ title: "Client" }, () => true);
 *
 * const answer = await sendCopyData("Client", new TextEncoder().encode("hi"));
 * console.log(answer === 0 ? "refused" : "taken");
 * ```
 */
export async function sendCopyData(
  target: WindowTarget,
  data: Uint8Array,
  options: SendCopyDataOptions = {},
): Promise<number> {
  const { tag = 0, from = 0, waitForPeer = false } = options;
  const { signal, timeout = DEFAULT_TIMEOUT } = options;
  const wanted = checkTarget(target);
  const action = `Cannot send to ${describe(wanted)}`;
  let fact = "there was no such window";
  const wait = withTimeoutMessage(
    { signal, timeout },
    () => `${action}: ${fact}`,
  );
  checkBytes(data);
  const dwData = asTag(tag);
  const sender = asHandle(from);
  checkWait(wait);
  useNative("message");
  checkPayload(data.byteLength, describe(wanted));
  // The caller may change the bytes while earlier messages are under way.
  const copy = new Uint8Array(data);
  const since = performance.now();
  const window = lookUp(wanted) ??
    (waitForPeer
      ? await retry(wait, SHORT_DELAYS, () => lookUp(wanted))
      : undefined);
  if (window === undefined) throw noWindow(wanted);
  fact = "messages before it were under way";
  const turn = await beginSend(window, remaining(wait, since));
  if (signal?.aborted) turn[Symbol.dispose]();
  signal?.throwIfAborted();
  const answer = deliverAgain(
    window,
    { data: copy, dwData, from: sender },
    remaining(wait, since),
  ).finally(() => turn[Symbol.dispose]());
  const given = await abortable(answer, { signal });
  if (typeof given === "bigint") return Number(BigInt.asIntN(64, given));
  throw undelivered(action, given, timeout);
}

interface Message {
  readonly data: Uint8Array;
  readonly dwData: bigint;
  readonly from: bigint;
}

/**
 * Sends, and retries an unexplained failure. Returns the answer, or the facts
 * about the failure.
 */
async function deliverAgain(
  window: bigint,
  message: Message,
  wait: WaitOptions,
): Promise<bigint | Facts> {
  const since = performance.now();
  for (let attempt = 1;; attempt++) {
    const { timeout = Infinity } = remaining(wait, since);
    const given = await deliver(window, message, timeout);
    if (typeof given === "bigint") return given;
    const facts = factsOf(window, given.elapsed, timeout);
    const again = isUnexplained(facts) ||
      seemsHung(facts) && await wakes(window, remaining(wait, since));
    if (!again || wait.signal?.aborted || attempt === MAX_ATTEMPTS) {
      return facts;
    }
  }
}

/**
 * Whether Windows stops considering the window hung: its thread may be on its
 * way to its messages, for which it takes a while on a busy computer.
 */
async function wakes(
  window: bigint,
  { signal, timeout = Infinity }: WaitOptions,
): Promise<boolean> {
  const { raw } = user32();
  // Of a short limit, half is left for the message.
  const limit = { signal, timeout: Math.min(WAKING_MS, timeout / 2) };
  return await retry(
    limit,
    SHORT_DELAYS,
    () => raw.IsHungAppWindow(window) === 0 || undefined,
  ).catch(() => false);
}

/** Sends, and gives the answer or how long it took to fail. */
async function deliver(
  window: bigint,
  { data, dwData, from }: Message,
  timeout: number,
): Promise<bigint | { elapsed: number }> {
  const head = COPYDATASTRUCT.size + RESULT_SIZE;
  const memory = allocate(head + data.byteLength);
  try {
    const result = memory + BigInt(COPYDATASTRUCT.size);
    const lpData = memory + BigInt(head);
    const cbData = data.byteLength;
    copyIn(memory, pack(COPYDATASTRUCT, { dwData, cbData, lpData }));
    copyIn(lpData, data);
    const began = performance.now();
    const delivered = await user32().raw.SendMessageTimeoutW(
      window,
      WM_COPYDATA,
      from,
      memory,
      SEND_FLAGS,
      Math.max(1, Math.ceil(Math.min(timeout, MAX_WAIT_MS))),
      result,
    );
    if (delivered === 0n) return { elapsed: performance.now() - began };
    const answer = new BigUint64Array(1);
    copyOut(result, new Uint8Array(answer.buffer));
    return answer[0]!;
  } finally {
    free(memory);
  }
}

function noWindow(wanted: bigint | FindWindowsOptions): Error {
  const call = typeof wanted === "bigint" ? "IsWindow" : "FindWindowExW";
  return toDenoError(
    `Cannot send to ${describe(wanted)}`,
    new Win32Error(call, ERROR.ERROR_INVALID_WINDOW_HANDLE),
    noWindowHints(),
  );
}

function asHandle(from: unknown): bigint {
  const handle = typeof from === "bigint" ? Number(from) : from;
  checkInteger("from", handle, 0, 0xffff_ffff);
  return BigInt(handle as number);
}

function asTag(tag: unknown): bigint {
  if (typeof tag === "number" && !Number.isSafeInteger(tag)) {
    throw new TypeError(`Invalid tag ${tag}: give an integer`);
  }
  if (typeof tag !== "number" && typeof tag !== "bigint") {
    throw new TypeError(`Invalid tag ${shown(tag)}: give an integer`);
  }
  const wide = BigInt(tag);
  if (wide < 0n || wide >> 64n !== 0n) {
    throw new RangeError(`Invalid tag ${tag}: give 0 to 2 ** 64 - 1`);
  }
  return wide;
}

function checkPayload(size: number, whom: string): void {
  const limit = payloadLimit();
  if (size <= limit) return;
  throw new RangeError(
    `Cannot send ${
      counted(size, "byte")
    } to ${whom}: a message carries at most ${limit} here; ` +
      `send pieces, or the name of a section or a file`,
  );
}

/**
 * `COPYDATASTRUCT.cbData` has 32 bits. Microsoft documents no smaller limit:
 * Windows copies the data into the memory of both programs, so memory is the
 * limit before this one.
 */
const WINDOWS_LIMIT = 0xffff_ffff;

/**
 * Wine puts the data on the stack of the receiving thread. An overflow ends the
 * receiving program: 768 KiB arrive, and 1 MiB ends a program with Windows'
 * usual stack. The sender cannot detect this, so this is one of the few places
 * where winipc checks whether it runs under Wine.
 */
const WINE_LIMIT = 768 * 1024;

let limit: number | undefined;

/** The most bytes that may be sent in one message. */
function payloadLimit(): number {
  return limit ??= isWine() ? WINE_LIMIT : WINDOWS_LIMIT;
}
