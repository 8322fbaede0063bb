/**
 * The bell at which threads of Windows ring for the isolate's thread.
 *
 * A packet at the completion port and an event are two ways through the kernel
 * and its scheduler each; while the program waits at the bell, ringing is one.
 *
 * @module
 */

import { loadRing } from "../win32/bell_code.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { allocate, copyOut } from "../win32/memory.ts";
import { storeWord } from "../win32/words.ts";
import type { Layout } from "../win32/structs.ts";

/** What was rung with is in `list`, an `SLIST_HEADER`. */
const BELL = {
  size: 48,
  fields: {
    list: [0, "usize"],
    lock: [16, "usize"],
    variable: [24, "usize"],
    attended: [32, "u32"],
  },
} as const satisfies Layout;

const { list, lock, variable, attended } = BELL.fields;

let bell = 0n;
let ring = 0n;
let othersRang = () => false;
let stays = false;

/**
 * The function `void ring(SLIST_ENTRY *)`, which any thread may call; it posts
 * to `port` where the program does not wait at the bell.
 *
 * @throws {Deno.errors.NotSupported} where the processor is no x64
 */
export function bellFunction(port: bigint): bigint {
  if (ring !== 0n) return ring;
  const memory = allocate(BELL.size);
  ring = loadRing(memory, port);
  bell = memory;
  return ring;
}

/**
 * Where the bell stands, whose sleeper `wakeSleeper()` wakes; 0 where there is
 * none.
 */
export function bellAddress(): bigint {
  return bell;
}

/**
 * Whether the program stays near the bell, and looks there before it does not
 * any more: nobody posts to the port meanwhile.
 */
export function stayAtBell(stay: boolean): void {
  stays = stay;
  if (bell !== 0n) storeWord(bell + BigInt(attended[0]), Number(stay));
}

/** Whether it does. */
export function staysAtBell(): boolean {
  return stays;
}

/** Beside the list, asks `rang` before the program sleeps at the bell. */
export function alsoAsk(rang: () => boolean): void {
  othersRang = rang;
}

/** What was rung with since the last look, in its order. */
export function takeRung(): bigint[] {
  if (bell === 0n) return [];
  const entries: bigint[] = [];
  const next = new BigUint64Array(1);
  let entry = kernel32().raw.InterlockedFlushSList(bell + BigInt(list[0]));
  // All of the list first: who is told of an entry may use it again.
  for (; entry !== 0n; entry = next[0]!) {
    entries.push(entry);
    copyOut(entry, new Uint8Array(next.buffer));
  }
  return entries.reverse();
}

/** What is rung with within `wait` ms, at which this thread waits. */
export function attendBell(wait: number): bigint[] {
  const { raw } = kernel32();
  const lockAt = bell + BigInt(lock[0]);
  const attendedAt = bell + BigInt(attended[0]);
  storeWord(attendedAt, 1);
  raw.AcquireSRWLockExclusive(lockAt);
  const there = takeRung();
  if (there.length === 0 && !othersRang()) {
    raw.SleepConditionVariableSRW(
      bell + BigInt(variable[0]),
      lockAt,
      wait,
      0,
    );
  }
  raw.ReleaseSRWLockExclusive(lockAt);
  if (!stays) storeWord(attendedAt, 0);
  return there.length > 0 ? there : takeRung();
}
