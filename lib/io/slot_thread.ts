/**
 * Threads of Windows that run machine code: each sleeps until its slot says
 * `go`, does what stands there, and rings with the slot.
 *
 * @module
 */

import { kernel32 } from "../win32/kernel32.ts";
import { allocate, copyIn, copyOut, free } from "../win32/memory.ts";
import { type Layout, pack } from "../win32/structs.ts";
import { SLOT_HEAD, wakeThread } from "./thread_slot.ts";

/** The slot of such a thread. */
export interface SlotLayout extends Layout {
  readonly fields: Layout["fields"] & {
    readonly stop: readonly [number, "u32"];
    readonly go: readonly [number, "u32"];
  };
}

const STACK_SIZE = 256 * 1024;
const STACK_SIZE_PARAM_IS_A_RESERVATION = 0x1_0000;
const INFINITE = 0xffff_ffff;
/** What follows is the program's to fill, and before it the thread's own. */
const HEAD_SIZE = SLOT_HEAD.variable[0] + 8;

/** A thread with its slot. */
export class SlotThread {
  /** Where its slot stands. */
  readonly slot: bigint;
  /** The thread's handle. */
  readonly handle: bigint;
  readonly #layout: SlotLayout;

  /** Starts it with the machine code at `code`. */
  constructor(code: bigint, layout: SlotLayout) {
    this.#layout = layout;
    this.slot = allocate(layout.size);
    try {
      this.handle = kernel32().call.CreateThread(
        0n,
        STACK_SIZE,
        code,
        this.slot,
        STACK_SIZE_PARAM_IS_A_RESERVATION,
        0n,
      );
    } catch (error) {
      free(this.slot);
      throw error;
    }
  }

  /** Puts all of `slot` in its place but what the thread itself uses. */
  fill(slot: Uint8Array): void {
    copyIn(this.slot + BigInt(HEAD_SIZE), slot.subarray(HEAD_SIZE));
  }

  /** Lets it do what stands in its slot. */
  go(): void {
    wakeThread(this.slot, this.#layout.fields.go[0]);
  }

  /** What stands in its slot. */
  read(): Uint8Array {
    const slot = new Uint8Array(this.#layout.size);
    copyOut(this.slot, slot);
    return slot;
  }

  /** Ends it. Contract: it is idle. */
  stop(): void {
    const { call, raw } = kernel32();
    this.fill(pack(this.#layout, { stop: 1 }));
    this.go();
    // It has nothing to do any more but to end.
    raw.WaitForSingleObject(this.handle, INFINITE);
    call.CloseHandle(this.handle);
    free(this.slot);
  }
}
