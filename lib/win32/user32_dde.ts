/**
 * user32: the functions for DDE besides windows and messages. A separate table,
 * so that programs without DDE do not bind it.
 *
 * @module
 */

import { library } from "./library.ts";
import { fn, type Table } from "./table.ts";

/** The functions of user32.dll that DDE uses. */
export const USER32_DDE_TABLE = {
  PackDDElParam: fn("(msg: u32, uiLo: usize, uiHi: usize): usize"),
  UnpackDDElParam: fn(`(
    msg: u32, lParam: usize, puiLo: buffer, puiHi: buffer,
  ): i32`),
  FreeDDElParam: fn("(msg: u32, lParam: usize): i32"),
  IsWindowUnicode: fn("(hWnd: usize): i32"),
  EnumWindows: fn(
    "(lpEnumFunc: usize, lParam: usize): i32",
    { reenters: true },
  ),
  SetTimer: fn(`(
    hWnd: usize, nIDEvent: usize, uElapse: u32, lpTimerFunc: usize,
  ): usize, fails with zero`),
  KillTimer: fn("(hWnd: usize, uIDEvent: usize): i32, fails with zero"),
  InSendMessage: fn("(): i32"),
} as const satisfies Table;

/** Opens user32 for DDE on the first call. */
export const user32Dde = library("user32.dll", USER32_DDE_TABLE);
