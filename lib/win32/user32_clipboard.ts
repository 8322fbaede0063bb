/**
 * user32: the clipboard.
 *
 * @module
 */

import { fn, type Table } from "./table.ts";

/** Some of the functions of user32.dll that winipc uses. */
export const CLIPBOARD = {
  OpenClipboard: fn("(hWndNewOwner: usize): i32, fails with zero"),
  CloseClipboard: fn("(): i32, fails with zero"),
  EmptyClipboard: fn("(): i32, fails with zero"),
  SetClipboardData: fn("(uFormat: u32, hMem: usize): usize, fails with zero"),
  GetClipboardData: fn("(uFormat: u32): usize, fails with zero"),
  EnumClipboardFormats: fn("(format: u32): u32"),
  IsClipboardFormatAvailable: fn("(format: u32): i32"),
  RegisterClipboardFormatW: fn("(lpszFormat: text): u32, fails with zero"),
  GetClipboardFormatNameW: fn(`(
    format: u32, lpszFormatName: text, cchMaxCount: i32,
  ): i32`),
  GetOpenClipboardWindow: fn("(): usize"),
  GetClipboardOwner: fn("(): usize"),
  GetClipboardSequenceNumber: fn("(): u32"),
  AddClipboardFormatListener: fn("(hwnd: usize): i32, fails with zero"),
  RemoveClipboardFormatListener: fn("(hwnd: usize): i32"),
} as const satisfies Table;
