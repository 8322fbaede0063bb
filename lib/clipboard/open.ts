/**
 * Opening the clipboard, which one program at a time can do.
 *
 * winipc opens, uses and closes it without a pause, so other programs do not
 * wait for it. If another program has it open, winipc waits.
 *
 * @module
 */

import { toDenoError } from "../io/deno_error.ts";
import { quote } from "../io/format.ts";
import { useNative } from "../io/permissions/required_libraries.ts";
import { pause } from "../io/wait/pause.ts";
import { SHORT_DELAYS } from "../io/wait/retry.ts";
import {
  checkWait,
  remaining,
  timeoutError,
  type WaitOptions,
} from "../io/wait/wait_options.ts";
import { TICK_MS } from "../window/send_flags.ts";
import { HWND_MESSAGE } from "../win32/constants.ts";
import { Win32Error } from "../win32/error.ts";
import { ERROR } from "../win32/error_codes.ts";
import { user32 } from "../win32/user32.ts";
import { fromUtf16, toUtf16 } from "../win32/utf16.ts";

/** The options of all clipboard functions. */
export interface ClipboardOptions extends WaitOptions {
  /**
   * How long to retry while another program has the clipboard open, in ms.
   *
   * @default {2000}
   */
  timeout?: number | undefined;
}

const MAX_TITLE = 1024;
const DEFAULT_TIMEOUT = 2000;
const WM_NULL = 0;
const SMTO_ABORTIFHUNG = 2;
const OWNER_ANSWERS_MS = 100;

/**
 * Runs `use` while the clipboard is open. Errors begin with `action`.
 * `asksOwner` says whether `use` makes Windows send messages to the window that
 * owns the clipboard, which must then respond.
 *
 * @throws a `TimeoutError` DOMException that names the program with the
 * clipboard open, or the signal's reason
 */
export async function withClipboard<T>(
  action: string,
  { signal, timeout = DEFAULT_TIMEOUT }: ClipboardOptions,
  asksOwner: () => boolean,
  use: () => T,
): Promise<Used<T>> {
  const wait = { signal, timeout };
  checkWait(wait);
  useNative("clipboard");
  const since = performance.now();
  for (let delay = SHORT_DELAYS.min;;) {
    const hung = asksOwner() ? await hungOwner() : undefined;
    // An abort during that wait must leave the clipboard's content.
    signal?.throwIfAborted();
    const tried = hung ?? attemptOpen(action, asksOwner, use);
    if ("value" in tried) return tried;
    const left = remaining(wait, since);
    if (left.timeout === 0) throw held(action, tried, timeout);
    await pause(Math.min(delay, left.timeout ?? delay), { signal });
    delay = Math.min(2 * delay, SHORT_DELAYS.max);
  }
}

/** The result of the use of the clipboard. */
export interface Used<T> {
  readonly value: T;
  /** The number of the clipboard's latest change. */
  readonly sequence: number;
}

interface Held {
  /**
   * The window that has the clipboard open, or whose program does not respond;
   * 0 for no window.
   */
  readonly holder: bigint;
  readonly hung: boolean;
}

/**
 * Returns the clipboard's owner if it does not respond. Windows would ask it to
 * render promised data, or notify it that its data is replaced, and that call
 * would never return. Windows itself reports a hang only after 5 s.
 */
async function hungOwner(): Promise<Held | undefined> {
  const { raw } = user32();
  const owner = raw.GetClipboardOwner();
  const pid = new Uint32Array(1);
  if (owner === 0n || raw.GetWindowThreadProcessId(owner, pid) === 0) return;
  // The owner's window may belong to this thread.
  if (pid[0] === Deno.pid) return;
  const since = performance.now();
  const answer = await raw.SendMessageTimeoutW(
    owner,
    WM_NULL,
    0n,
    0n,
    SMTO_ABORTIFHUNG,
    OWNER_ANSWERS_MS,
    0n,
  );
  const late = performance.now() - since >= OWNER_ANSWERS_MS - TICK_MS ||
    raw.IsHungAppWindow(owner) !== 0;
  // The window may be destroyed by now; then no window owns the clipboard.
  return answer === 0n && late && raw.GetClipboardOwner() === owner
    ? { holder: owner, hung: true }
    : undefined;
}

function attemptOpen<T>(
  action: string,
  asksOwner: () => boolean,
  use: () => T,
): Used<T> | Held {
  const { raw, call } = user32();
  using owner = temporaryOwner();
  if (raw.OpenClipboard(owner.handle) === 0) {
    // Windows may not change the last error while another program has the
    // clipboard open (Wine's user32/tests/clipboard.c, test_ClipboardOwner). So
    // only a destroyed window shows that a retry is useless.
    if (raw.IsWindow(owner.handle) !== 0) {
      return { holder: raw.GetOpenClipboardWindow(), hung: false };
    }
    const code = ERROR.ERROR_INVALID_WINDOW_HANDLE;
    throw toDenoError(action, new Win32Error("OpenClipboard", code));
  }
  const before = currentSequence();
  let value: T;
  try {
    // The owner may have changed, or stopped responding, since the check.
    const former = raw.GetClipboardOwner();
    const hung = former !== 0n && raw.IsHungAppWindow(former) !== 0;
    if (hung && asksOwner()) {
      return { holder: former, hung: true };
    }
    value = use();
  } catch (error) {
    if (error instanceof Win32Error) throw toDenoError(action, error);
    throw error;
  } finally {
    call.CloseClipboard();
  }
  const sequence = currentSequence();
  // While we own it, this change is certainly ours.
  if (raw.GetClipboardOwner() === owner.handle) {
    ownChanges.push({ before, sequence });
    if (ownChanges.length > MAX_OWN_CHANGES) ownChanges.shift();
  }
  return { value, sequence };
}

/** A change made by this program. */
interface OwnChange {
  /** The number before it. Each step of a change takes a number. */
  readonly before: number;
  /** The number of its last step. */
  readonly sequence: number;
}

/** The latest changes made by this program, in order. */
const ownChanges: OwnChange[] = [];
const MAX_OWN_CHANGES = 256;

/** The numbers of this program's changes after the number `from`, up to `to`. */
export function ownChangesBetween(from: number, to: number): number[] {
  return ownChanges.map(({ sequence }) => sequence)
    .filter((own) => isAfter(own, from) && !isAfter(own, to));
}

/**
 * The number of the complete change at the number `sequence`: an earlier one if
 * that is a step of a change made by this program.
 */
export function completeAt(sequence: number): number {
  const ownChange = ownChanges.find((own) =>
    isAfter(sequence, own.before) && isAfter(own.sequence, sequence)
  );
  return ownChange?.before ?? sequence;
}

/**
 * Whether a sequence number is later than another; they wrap around after 2 **
 * 32 - 1.
 */
function isAfter(later: number, earlier: number): boolean {
  return (later - earlier | 0) > 0;
}

/** The number of the latest change of the clipboard. */
export function currentSequence(): number {
  return user32().raw.GetClipboardSequenceNumber();
}

/**
 * A window that owns the new content, which Windows requires. It uses a
 * predefined class, needs no callback, and exists only during the call, so it
 * never blocks a sender of messages.
 */
function temporaryOwner(): { readonly handle: bigint } & Disposable {
  const { call } = user32();
  const handle = call.CreateWindowExW(
    0,
    toUtf16("STATIC"),
    toUtf16(""),
    0,
    0,
    0,
    0,
    0,
    HWND_MESSAGE,
    0n,
    0n,
    0n,
  );
  return {
    handle,
    [Symbol.dispose]() {
      call.DestroyWindow(handle);
    },
  };
}

function held(action: string, { holder, hung }: Held, timeout: number): Error {
  const cause = new Win32Error("OpenClipboard", ERROR.ERROR_ACCESS_DENIED);
  const who = holder === 0n
    ? "a program without a window has it"
    : `${describe(holder)} ${hung ? "owns it" : "has it"}`;
  const fact = `${action}: ${who} (${cause.symbol}) and did not ${
    hung ? "respond" : "close it"
  }`;
  const { message } = timeoutError(timeout, fact);
  return Object.assign(new DOMException(message, "TimeoutError"), { cause });
}

function describe(window: bigint): string {
  const { raw } = user32();
  const title = new Uint8Array(2 * MAX_TITLE);
  const length = raw.InternalGetWindowText(window, title, MAX_TITLE);
  const pid = new Uint32Array(1);
  raw.GetWindowThreadProcessId(window, pid);
  return `the window ${
    quote(fromUtf16(title.subarray(0, 2 * length)))
  } of process ${pid[0]}`;
}
