/**
 * The threads that send: a message waits on a thread of its own until it is
 * answered, not on one of Deno's few, and the thread rings when it is.
 *
 * @module
 */

import { hold, onRing, release, ringFunction } from "../io/port.ts";
import { type SlotLayout, SlotThread } from "../io/slot_thread.ts";
import { SLOT_HEAD } from "../io/thread_slot.ts";
import { field, pack } from "../win32/structs.ts";
import { loadSender } from "../win32/user32_code.ts";
import { answerHasCome, expectAnswer } from "./attention.ts";
import type { Call } from "./send.ts";

/** As the machine code of lib/win32/user32_code.ts has it: the thread looks at the rest when `go` is set, and takes that back. */
const SENDER_SLOT = {
  size: 96,
  fields: {
    ...SLOT_HEAD,
    window: [32, "usize"],
    wParam: [40, "usize"],
    lParam: [48, "usize"],
    result: [56, "usize"],
    message: [64, "u32"],
    timeout: [68, "u32"],
    delivered: [72, "u32"],
    stop: [76, "u32"],
    go: [80, "u32"],
  },
} as const satisfies SlotLayout;

/** So many idle threads stay for the next messages. */
const KEPT_THREADS = 2;

const idle: SenderThread[] = [];
let code = 0n;

/**
 * Sends a message on a thread, and tells whether it was delivered.
 *
 * @throws {Deno.errors.NotSupported} where the processor is no x64
 */
export function sendOnThread(call: Call): Promise<boolean> {
  return (idle.pop() ?? new SenderThread()).send(call);
}

/** Ends the threads that have nothing to do. */
export function stopIdleSenders(): void {
  while (idle.length > 0) idle.pop()!.stop();
}

class SenderThread {
  readonly #thread: SlotThread;

  constructor() {
    code ||= loadSender(ringFunction());
    this.#thread = new SlotThread(code, SENDER_SLOT);
  }

  /** Contract: one at a time. */
  send(call: Call): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const thread = this.#thread;
    thread.fill(pack(SENDER_SLOT, { ...call }));
    onRing(thread.slot, () => {
      release();
      const delivered = field(SENDER_SLOT, thread.read(), "delivered") !== 0;
      if (idle.length < KEPT_THREADS) idle.push(this);
      else this.stop();
      answerHasCome();
      resolve(delivered);
      return true;
    });
    hold();
    expectAnswer();
    thread.go();
    return promise;
  }

  /** Ends it. Contract: it is idle. */
  stop(): void {
    this.#thread.stop();
  }
}
