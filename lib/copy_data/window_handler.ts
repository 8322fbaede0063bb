/**
 * `WM_COPYDATA` in the window thread: copies the data, passes it on, and
 * answers.
 *
 * @module
 */

import { WM_COPYDATA } from "../win32/constants.ts";
import { copyOut } from "../win32/memory.ts";
import { COPYDATASTRUCT, field } from "../win32/structs.ts";
import { user32 } from "../win32/user32.ts";
import { toUtf16 } from "../win32/utf16.ts";
import type {
  LoopWindow,
  WindowHandler,
  WindowHost,
} from "../window/handler.ts";
import { PROBE } from "./probe.ts";

/** The result of a message that needs no answer of the program. */
const ACCEPTED = 1n;

/** How `WM_COPYDATA` is answered. */
export interface CopyDataSettings {
  /** Whether each message waits for an answer; otherwise it is 1 while `backlog` lasts. */
  readonly answered: boolean;
  /**
   * How long a message waits for its answer, in ms; after that, the answer is
   * 0.
   */
  readonly answerTimeout: number;
  /**
   * How many messages may be passed on and not yet taken before the next one
   * waits.
   */
  readonly backlog: number;
  /** How many are passed on and not yet taken: one shared `Int32`. */
  readonly queuedCount: SharedArrayBuffer;
}

/** The sender no longer waits for an answer. */
export interface CopyDataCancelled {
  readonly cancelled: number;
}

/** Handles windows that receive data. */
export function copyDataHandler(host: WindowHost): WindowHandler {
  return {
    // Receives the probe too: senders conclude from it that data gets through.
    messages: () => [
      WM_COPYDATA,
      user32().call.RegisterWindowMessageW(toUtf16(PROBE)),
    ],
    handle(window, message, wParam, lParam) {
      return message === WM_COPYDATA
        ? take(host, window, wParam, lParam)
        : undefined;
    },
  };
}

function take(
  host: WindowHost,
  window: LoopWindow,
  sender: bigint,
  address: bigint,
): bigint {
  if (window.closing) return 0n;
  const { answered, answerTimeout, backlog, queuedCount } = window.options
    .settings as CopyDataSettings;
  const { tag, bytes } = readCopyData(address);
  const queued = new Int32Array(queuedCount);
  const full = !answered && Atomics.add(queued, 0, 1) >= backlog;
  const message = answered || full ? host.nextMessage() : 0;
  const result = message === 0 ? ACCEPTED : undefined;
  try {
    host.emit(
      { type: "data", window: window.id, message, tag, sender, bytes },
      result,
    );
  } catch (error) {
    if (!answered) Atomics.sub(queued, 0, 1);
    throw error;
  }
  if (result !== undefined) return result;
  const answer = host.waitForAnswer(message, answerTimeout);
  if (answer === undefined) {
    const event: CopyDataCancelled = { cancelled: message };
    host.emit({ type: "event", window: window.id, event });
  }
  return answer ?? 0n;
}

/**
 * Copies the data of the `COPYDATASTRUCT` at `address`. Call it in the window
 * procedure, because Windows frees the data when that returns.
 */
function readCopyData(
  address: bigint,
): { tag: bigint; bytes: Uint8Array<ArrayBuffer> } {
  const struct = new Uint8Array(COPYDATASTRUCT.size);
  copyOut(address, struct);
  const data = field(COPYDATASTRUCT, struct, "lpData");
  const size = data === 0n ? 0 : field(COPYDATASTRUCT, struct, "cbData");
  const bytes = new Uint8Array(size);
  copyOut(data, bytes);
  return { tag: field(COPYDATASTRUCT, struct, "dwData"), bytes };
}
