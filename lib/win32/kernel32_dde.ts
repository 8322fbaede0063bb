/**
 * kernel32: the functions for DDE besides global memory. A separate table, so
 * that programs without DDE do not bind it.
 *
 * @module
 */

import { library } from "./library.ts";
import type { Table } from "./table.ts";

/** The functions of kernel32.dll that DDE uses. */
export const KERNEL32_DDE_TABLE = {
  GlobalAddAtomW: {
    parameters: [
      ["lpString", "buffer"],
    ],
    result: "u16",
    fails: "zero",
  },
  GlobalDeleteAtom: {
    parameters: [
      ["nAtom", "u16"],
    ],
    result: "u16",
    fails: "never",
  },
  GlobalGetAtomNameW: {
    parameters: [
      ["nAtom", "u16"],
      ["lpBuffer", "buffer"],
      ["nSize", "i32"],
    ],
    result: "u32",
    fails: "never",
  },
  WideCharToMultiByte: {
    parameters: [
      ["CodePage", "u32"],
      ["dwFlags", "u32"],
      ["lpWideCharStr", "buffer"],
      ["cchWideChar", "i32"],
      ["lpMultiByteStr", "buffer"],
      ["cbMultiByte", "i32"],
      ["lpDefaultChar", "usize"],
      ["lpUsedDefaultChar", "usize"],
    ],
    result: "i32",
    fails: "zero",
  },
} as const satisfies Table;

/** Opens kernel32 for DDE on the first call. */
export const kernel32Dde = library("kernel32.dll", KERNEL32_DDE_TABLE);
