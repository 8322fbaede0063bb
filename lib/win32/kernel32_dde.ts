/**
 * kernel32: the functions for DDE besides global memory. A separate table, so
 * that programs without DDE do not bind it.
 *
 * @module
 */

import { library } from "./library.ts";
import { fn, type Table } from "./table.ts";

/** The functions of kernel32.dll that DDE uses. */
export const KERNEL32_DDE_TABLE = {
  GlobalAddAtomW: fn("(lpString: text): u16, fails with zero"),
  GlobalDeleteAtom: fn("(nAtom: u16): u16"),
  GlobalGetAtomNameW: fn("(nAtom: u16, lpBuffer: buffer, nSize: i32): u32"),
  WideCharToMultiByte: fn(`(
    CodePage: u32, dwFlags: u32, lpWideCharStr: buffer, cchWideChar: i32,
    lpMultiByteStr: buffer, cbMultiByte: i32, lpDefaultChar: usize,
    lpUsedDefaultChar: usize,
  ): i32, fails with zero`),
} as const satisfies Table;

/** Opens kernel32 for DDE on the first call. */
export const kernel32Dde = library("kernel32.dll", KERNEL32_DDE_TABLE);
