/**
 * The memory through which the program and the threads of RPC meet, as the
 * machine code of lib/win32/rpcrt4_code.ts has it.
 *
 * @module
 */

import type { Layout } from "../win32/structs.ts";

/** The slot of a call that was received: `event` is set when `status` says how it ended. */
export const RECEIVED_SLOT = {
  size: 48,
  fields: {
    next: [0, "usize"],
    event: [16, "usize"],
    message: [24, "usize"],
    status: [32, "u32"],
  },
} as const satisfies Layout;

/** The slot of a thread that calls: it looks at the rest when `event` is set. */
export const CALLER_SLOT = {
  size: 128,
  fields: {
    event: [16, "usize"],
    request: [24, "usize"],
    length: [32, "usize"],
    status: [40, "u32"],
    stop: [44, "u32"],
  },
} as const satisfies Layout;

/** Where the `RPC_MESSAGE` stands in a {@linkcode CALLER_SLOT}. */
export const CALLER_MESSAGE_OFFSET = 48;
