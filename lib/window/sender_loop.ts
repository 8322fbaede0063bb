/**
 * The sender thread: one `SendMessageTimeoutW` after the other.
 *
 * @module
 */

import { parentPort } from "node:worker_threads";
import { user32 } from "../win32/user32.ts";
import { Doorbell } from "./doorbell.ts";
import {
  CALLS,
  DELIVERED,
  DONE,
  L_PARAM,
  MESSAGE,
  READY,
  RESULT,
  SEND_FLAGS,
  type SenderStart,
  STOP,
  SUMMONED,
  TIMEOUT,
  W_PARAM,
  WIDE,
  WINDOW,
} from "./sender_protocol.ts";

/** Makes the calls until it is told to stop. */
export function runSender({ cells: memory, mainBell }: SenderStart): void {
  const { raw } = user32();
  const cells = new Int32Array(memory);
  const wide = new BigUint64Array(memory, 4 * WIDE);
  const summoned = cells.subarray(SUMMONED, SUMMONED + 1);
  const bell = new Doorbell(
    mainBell,
    summoned,
    () => parentPort!.postMessage(null),
  );
  Atomics.store(cells, READY, 1);
  for (let calls = 0;;) {
    Atomics.wait(cells, CALLS, calls);
    calls = Atomics.load(cells, CALLS);
    if (calls === STOP) return;
    const delivered = raw.SendAndWait(
      wide[WINDOW]!,
      cells[MESSAGE]!,
      wide[W_PARAM]!,
      wide[L_PARAM]!,
      SEND_FLAGS,
      cells[TIMEOUT]!,
      wide[RESULT]!,
    );
    cells[DELIVERED] = delivered === 0n ? 0 : 1;
    Atomics.store(cells, DONE, calls);
    bell.ring();
  }
}
