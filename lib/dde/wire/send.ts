/**
 * Sending a message of DDE to a window of another program.
 *
 * @module
 */

import { user32 } from "../../win32/user32.ts";
import type { WindowHost } from "../../window/handler.ts";
import { SEND_FLAGS } from "../../window/send_flags.ts";

/** How many times to send a message to a window that exists and is not hung. */
export const MAX_ATTEMPTS = 5;
const SMTO_BLOCK = 1;

/** The result of a send; a hung window is reported at once. */
export type Sent = "answered" | "slow" | "hung" | "failed";

/**
 * Sends to one window, and again if it was considered hung although it is not
 * (see `isUnexplained()` in ../../copy_data/undelivered.ts).
 */
export function send(
  host: WindowHost,
  target: bigint,
  message: number,
  wParam: bigint,
  lParam: bigint,
  wait: number,
): Sent {
  const { raw } = user32();
  const began = performance.now();
  for (let attempt = 1;; attempt++) {
    // Beyond a depth, it handles no messages during the call.
    const flags = host.mayNest() ? SEND_FLAGS : SEND_FLAGS | SMTO_BLOCK;
    const answered = raw.SendMessageTimeoutSync(
      ...[target, message, wParam, lParam, flags, wait, 0n] as const,
    );
    if (answered !== 0n) return "answered";
    if (performance.now() - began >= wait / 2) return "slow";
    if (raw.IsHungAppWindow(target) !== 0) return "hung";
    if (attempt === MAX_ATTEMPTS || raw.IsWindow(target) === 0) {
      return "failed";
    }
  }
}

/** Two atoms as an `lParam`. */
export function packAtoms(low: number, high: number): bigint {
  return BigInt(low) | BigInt(high) << 16n;
}
