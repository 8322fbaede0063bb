/**
 * The Windows version, for reports.
 *
 * @module
 */

import { kernel32 } from "../win32/kernel32.ts";
import { copyOut } from "../win32/memory.ts";
import { ntdllWine } from "../win32/ntdll_wine.ts";

/** Versions are short; other text of the same DLL follows. */
const MAX_VERSION = 32;

/**
 * Returns the version of Wine, such as `10.0`; `null` on Windows.
 *
 * Use it only to show it. A program that behaves differently under Wine cannot
 * be tested there.
 *
 * Calls `wine_get_version`, which only Wine's ntdll.dll has. Needs kernel32.dll
 * and ntdll.dll.
 *
 * @throws {Deno.errors.NotCapable} without `--allow-ffi` for the libraries
 */
export function wineVersion(): string | null {
  kernel32();
  const { wineGetVersion: ask } = ntdllWine();
  if (!ask) return null;
  const text = new Uint8Array(MAX_VERSION);
  copyOut(ask() as bigint, text);
  return new TextDecoder().decode(text.subarray(0, text.indexOf(0)));
}
