/**
 * Stands in for lib/window/thread_entry.ts: there is no atom for the name "full",
 * no global memory of 64 KiB or more, and no window behind the atom "shelf". Says
 * how many atoms are left at the end.
 */

import { wrapNatives } from "../../../lib/win32/binding.ts";
import { restoreLastError } from "../../../lib/win32/error.ts";
import type { WorkerThreads } from "../../../lib/win32/node_modules.ts";
import type { Native } from "../../../lib/win32/table.ts";
import { fromUtf16 } from "../../../lib/win32/utf16.ts";
import { runThread as run } from "../../../lib/window/thread_entry.ts";
import { say } from "../../support/peer_side.ts";

const ERROR_NOT_ENOUGH_MEMORY = 8;
/** A search of another test adds others. */
const COUNTED = ["item", "nobody", "shelf"];
const names = new Map<unknown, string>();
let last = "";
let left = 0;

function count(name: string | undefined, change: number): void {
  if (COUNTED.includes(name ?? "")) left += change;
}

const SCARCE: Readonly<Record<string, (native: Native) => Native>> = {
  GlobalAddAtomW: (native) => (...args) => {
    last = fromUtf16(args[0] as Uint8Array);
    if (last === "full") return refuse(0);
    const atom = native(...args);
    names.set(atom, last);
    count(last, 1);
    return atom;
  },
  GlobalDeleteAtom: (native) => (...args) => {
    count(names.get(args[0]), -1);
    return native(...args);
  },
  GlobalAlloc: (native) => (...args) =>
    Number(args[1]) >= 1 << 16 ? refuse(0n) : native(...args),
  CreateWindowExW: (native) => (...args) =>
    last === "shelf" ? refuse(0n) : native(...args),
};

function refuse(result: unknown): unknown {
  last = "";
  restoreLastError(ERROR_NOT_ENOUGH_MEMORY);
  return result;
}

/** Runs the window thread. */
export async function runThread(threads: WorkerThreads): Promise<void> {
  wrapNatives((native, { name }) => SCARCE[name]?.(native) ?? native);
  await run(threads);
  say(`${left} atoms left`);
}
