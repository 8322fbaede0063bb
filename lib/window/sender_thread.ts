/**
 * The threads that send: a message waits on a thread of its own until it is
 * answered, not on one of Deno's few, and the thread rings when it is.
 *
 * @module
 */

import { hold, onRing, release, ringFunction } from "../io/port.ts";
import { SLOT_HEAD, wakeThread } from "../io/thread_slot.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { allocate, copyIn, copyOut, free } from "../win32/memory.ts";
import { field, type Layout, pack } from "../win32/structs.ts";
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
} as const satisfies Layout;

/** So many idle threads stay for the next messages. */
const KEPT_THREADS = 2;
const STACK_SIZE = 256 * 1024;
const STACK_SIZE_PARAM_IS_A_RESERVATION = 0x1_0000;
const INFINITE = 0xffff_ffff;

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
  readonly #slot: bigint;
  readonly #thread: bigint;

  constructor() {
    code ||= loadSender(ringFunction());
    const slot = allocate(SENDER_SLOT.size);
    try {
      this.#thread = kernel32().call.CreateThread(
        0n,
        STACK_SIZE,
        code,
        slot,
        STACK_SIZE_PARAM_IS_A_RESERVATION,
        0n,
      );
    } catch (error) {
      free(slot);
      throw error;
    }
    this.#slot = slot;
  }

  /** Contract: one at a time. */
  send(call: Call): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#fill({ ...call });
    onRing(this.#slot, () => {
      release();
      const delivered = this.#delivered();
      if (idle.length < KEPT_THREADS) idle.push(this);
      else this.stop();
      answerHasCome();
      resolve(delivered);
      return true;
    });
    hold();
    expectAnswer();
    wakeThread(this.#slot, SENDER_SLOT.fields.go[0]);
    return promise;
  }

  /** Ends it. Contract: it is idle. */
  stop(): void {
    const { call, raw } = kernel32();
    this.#fill({ stop: 1 });
    wakeThread(this.#slot, SENDER_SLOT.fields.go[0]);
    // It has nothing to do any more but to end.
    raw.WaitForSingleObject(this.#thread, INFINITE);
    call.CloseHandle(this.#thread);
    free(this.#slot);
  }

  #delivered(): boolean {
    const slot = new Uint8Array(SENDER_SLOT.size);
    copyOut(this.#slot, slot);
    return field(SENDER_SLOT, slot, "delivered") !== 0;
  }

  /** Puts all of the slot in its place but what the thread itself uses. */
  #fill(values: Parameters<typeof pack<typeof SENDER_SLOT>>[1]): void {
    const from = SENDER_SLOT.fields.window[0];
    const slot = pack(SENDER_SLOT, values);
    copyIn(this.#slot + BigInt(from), slot.subarray(from));
  }
}
