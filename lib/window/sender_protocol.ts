/**
 * What the program's thread and the sender thread share: cells of 32 bits.
 *
 * @module
 */

import type { MessagePort } from "node:worker_threads";

/** What the sender thread starts with. */
export interface SenderStart {
  readonly thread: "sender";
  readonly cells: SharedArrayBuffer;
  /** The bell of the main thread. */
  readonly mainBell: SharedArrayBuffer;
  /** Where its native calls are told, while a trace is taken. */
  readonly trace?: MessagePort | undefined;
}

/** Whether the main thread is summoned, … */
export const SUMMONED = 0;
/** … whether the thread is there, … */
export const READY = 1;
/** … a counter of calls, … */
export const CALLS = 2;
/** … how many of them are done, … */
export const DONE = 3;
/** … and the call: the message, … */
export const MESSAGE = 4;
/** … its time limit in ms, … */
export const TIMEOUT = 5;
/** … whether it was delivered, … */
export const DELIVERED = 6;
/** … and, in cells of 64 bits that begin at this one, … */
export const WIDE = 8;
/** … the window, … */
export const WINDOW = 0;
/** … its first parameter, … */
export const W_PARAM = 1;
/** … its second, … */
export const L_PARAM = 2;
/** … and where the result goes to. */
export const RESULT = 3;
/** How many cells of 64 bits there are. */
export const WIDE_CELLS = 4;
/** How many bytes there are. */
export const SENDER_BYTES = 4 * WIDE + 8 * WIDE_CELLS;

/** The counter of calls that tells the thread to end. */
export const STOP = -1;

/** `SMTO_ABORTIFHUNG | SMTO_ERRORONEXIT`. */
export const SEND_FLAGS = 0x22;
