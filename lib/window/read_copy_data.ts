/**
 * Taking the data out of a `WM_COPYDATA`.
 *
 * @module
 */

import { copyOut } from "../win32/memory.ts";
import { COPYDATASTRUCT, field } from "../win32/structs.ts";

/**
 * Copies what the `COPYDATASTRUCT` at `address` carries. Contract: called in
 * the window procedure, because Windows frees it when that returns.
 */
export function readCopyData(
  address: bigint,
): { tag: bigint; bytes: Uint8Array<ArrayBuffer> } {
  const struct = new Uint8Array(COPYDATASTRUCT.size);
  copyOut(address, struct);
  const data = field(COPYDATASTRUCT, struct, "lpData");
  const size = data === 0n ? 0 : field(COPYDATASTRUCT, struct, "cbData");
  const bytes = new Uint8Array(size);
  copyOut(data, bytes);
  return { tag: field(COPYDATASTRUCT, struct, "dwData"), bytes };
}
