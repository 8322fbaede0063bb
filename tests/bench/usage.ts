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
  OpenProcess: { parameters: ["u32", "i32", "u32"], result: "usize" },
  CloseHandle: { parameters: ["usize"], result: "i32" },
  GetProcessTimes: {
    parameters: ["usize", "buffer", "buffer", "buffer", "buffer"],
    result: "i32",
  },
});

const PROCESS_QUERY_LIMITED_INFORMATION = 0x1000;

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
  return processorTimeOf(kernel32.GetCurrentProcess());
}

/** Another process, whose processor time can be read when it has ended, too. */
export class Watched implements Disposable {
  readonly #handle: bigint;

  /** Watches the process `pid`, which must not have ended. */
  constructor(pid: number) {
    this.#handle = kernel32.OpenProcess(
      PROCESS_QUERY_LIMITED_INFORMATION,
      0,
      pid,
    );
    if (this.#handle === 0n) throw new Error(`Cannot watch the process ${pid}`);
  }

  /** What it has used so far, in µs. */
  get processorTime(): number {
    return processorTimeOf(this.#handle);
  }

  [Symbol.dispose](): void {
    kernel32.CloseHandle(this.#handle);
  }
}

function processorTimeOf(process: bigint): number {
  const ignored = new BigUint64Array(1);
  const kernel = new BigUint64Array(1);
  const user = new BigUint64Array(1);
  kernel32.GetProcessTimes(process, ignored, ignored, kernel, user);
  return Number(kernel[0]! + user[0]!) / 10;
}
