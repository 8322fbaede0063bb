/**
 * A thread of Windows that makes one call after another.
 *
 * @module
 */

import { completionPort } from "../../io/overlapped/completion_port.ts";
import { INFINITE } from "../../win32/constants.ts";
import { kernel32 } from "../../win32/kernel32.ts";
import { allocate, copyIn, copyOut, free } from "../../win32/memory.ts";
import { pack } from "../../win32/structs.ts";
import { loadCaller } from "./foreign_thread_code.ts";
import { CALLER_SLOT, SLOT_HEAD_SIZE, wakeThread } from "./slots.ts";

const STACK_SIZE = 256 * 1024;
const STACK_SIZE_PARAM_IS_A_RESERVATION = 0x1_0000;

let code = 0n;

/** The thread, with its {@linkcode CALLER_SLOT}. */
export class NativeThread {
  /** The address of its slot, which it posts to the completion port after each call. */
  readonly slot: bigint;
  /** The thread's handle. */
  readonly handle: bigint;

  /** Starts it. */
  constructor() {
    code ||= loadCaller(completionPort());
    this.slot = allocate(CALLER_SLOT.size);
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

  /** Starts the call that `slot` describes. The thread must be idle. */
  go(slot: Uint8Array): void {
    copyIn(
      this.slot + BigInt(SLOT_HEAD_SIZE),
      slot.subarray(SLOT_HEAD_SIZE),
    );
    wakeThread(this.slot, CALLER_SLOT.fields.go[0], 1);
  }

  /** The contents of its slot after a call. */
  read(): Uint8Array {
    const slot = new Uint8Array(CALLER_SLOT.size);
    copyOut(this.slot, slot);
    return slot;
  }

  /** Ends it. The thread must be idle. */
  stop(): void {
    const { call, raw } = kernel32();
    this.go(pack(CALLER_SLOT, { stop: 1 }));
    // The thread only has to return.
    raw.WaitForSingleObject(this.handle, INFINITE);
    call.CloseHandle(this.handle);
    free(this.slot);
  }
}
