/**
 * The memory through which the program and the threads of RPC meet, as the
 * machine code of lib/win32/rpcrt4_code.ts has it.
 *
 * @module
 */

import { SLOT_HEAD } from "../io/thread_slot.ts";
import type { Layout } from "../win32/structs.ts";

/** The slot of a call that was received: its thread goes on when `answered` is set, and `status` says how it ended. */
export const RECEIVED_SLOT = {
  size: 48,
  fields: {
    ...SLOT_HEAD,
    message: [32, "usize"],
    status: [40, "u32"],
    answered: [44, "u32"],
  },
} as const satisfies Layout;

/** The slot of a thread that calls: it looks at the rest when `go` is set, and takes that back. */
export const CALLER_SLOT = {
  size: 144,
  fields: {
    ...SLOT_HEAD,
    request: [32, "usize"],
    length: [40, "usize"],
    status: [48, "u32"],
    stop: [52, "u32"],
    go: [56, "u32"],
    connected: [60, "u32"],
  },
} as const satisfies Layout;

/** Where the `RPC_MESSAGE` stands in a {@linkcode CALLER_SLOT}. */
export const CALLER_MESSAGE_OFFSET = 64;
