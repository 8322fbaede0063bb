/**
 * Functions that only Wine's ntdll has.
 *
 * @module
 */

import { bindNatives, type Natives } from "./binding.ts";
import { fn, type Table } from "./table.ts";

/** The functions of Wine's ntdll.dll that winipc uses. */
export const NTDLL_WINE_TABLE = {
  wineGetVersion: fn("(): usize", { name: "wine_get_version", optional: true }),
} as const satisfies Table;

let bound: Natives | undefined;

/** Opens ntdll on the first call. On Windows, each function is `null`. */
export function ntdllWine(): Natives {
  return bound ??= bindNatives("ntdll.dll", NTDLL_WINE_TABLE);
}
