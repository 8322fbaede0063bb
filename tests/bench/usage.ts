/**
 * What a stretch of work takes of this process: time, and processor time by
 * `GetProcessTimes`, which counts in steps of 10 ms under Wine and of 15.6 ms on
 * Windows.
 *
 * @module
 */

import { SYSTEM32 } from "../support/system32.ts";

const { symbols: kernel32 } = Deno.dlopen(`${SYSTEM32}\\kernel32.dll`, {
  GetCurrentProcess: { parameters: [], result: "usize" },
  GetProcessTimes: {
    parameters: ["usize", "buffer", "buffer", "buffer", "buffer"],
    result: "i32",
  },
});

/** Microseconds. */
export interface Usage {
  readonly wall: number;
  readonly processor: number;
}

/** What `work` takes. */
export async function usageOf(work: () => unknown): Promise<Usage> {
  const [wall, processor] = [performance.now(), processorTime()];
  await work();
  return {
    wall: (performance.now() - wall) * 1000,
    processor: processorTime() - processor,
  };
}

/** The processor time that this process has used so far, in µs. */
export function processorTime(): number {
  const ignored = new BigUint64Array(1);
  const kernel = new BigUint64Array(1);
  const user = new BigUint64Array(1);
  kernel32.GetProcessTimes(
    kernel32.GetCurrentProcess(),
    ignored,
    ignored,
    kernel,
    user,
  );
  return Number(kernel[0]! + user[0]!) / 10;
}
