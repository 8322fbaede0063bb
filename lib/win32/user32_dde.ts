/**
 * user32: the functions for DDE besides windows and messages. A separate table,
 * so that programs without DDE do not bind it.
 *
 * @module
 */

import { library } from "./library.ts";
import type { Table } from "./table.ts";

/** The functions of user32.dll that DDE uses. */
export const USER32_DDE_TABLE = {
  PackDDElParam: {
    parameters: [
      ["msg", "u32"],
      ["uiLo", "usize"],
      ["uiHi", "usize"],
    ],
    result: "usize",
    fails: "never",
  },
  UnpackDDElParam: {
    parameters: [
      ["msg", "u32"],
      ["lParam", "usize"],
      ["puiLo", "buffer"],
      ["puiHi", "buffer"],
    ],
    result: "i32",
    fails: "never",
  },
  FreeDDElParam: {
    parameters: [
      ["msg", "u32"],
      ["lParam", "usize"],
    ],
    result: "i32",
    fails: "never",
  },
  IsWindowUnicode: {
    parameters: [
      ["hWnd", "usize"],
    ],
    result: "i32",
    fails: "never",
  },
  EnumWindows: {
    parameters: [
      ["lpEnumFunc", "usize"],
      ["lParam", "usize"],
    ],
    result: "i32",
    fails: "never",
    reenters: true,
  },
  SetTimer: {
    parameters: [
      ["hWnd", "usize"],
      ["nIDEvent", "usize"],
      ["uElapse", "u32"],
      ["lpTimerFunc", "usize"],
    ],
    result: "usize",
    fails: "zero",
  },
  KillTimer: {
    parameters: [
      ["hWnd", "usize"],
      ["uIDEvent", "usize"],
    ],
    result: "i32",
    fails: "zero",
  },
  InSendMessage: {
    parameters: [],
    result: "i32",
    fails: "never",
  },
} as const satisfies Table;

/** Opens user32 for DDE on the first call. */
export const user32Dde = library("user32.dll", USER32_DDE_TABLE);
