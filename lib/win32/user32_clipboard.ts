/**
 * user32: the clipboard.
 *
 * @module
 */

import type { Table } from "./table.ts";

/** Some of the functions of user32.dll that winipc uses. */
export const CLIPBOARD = {
  OpenClipboard: {
    parameters: [
      ["hWndNewOwner", "usize"],
    ],
    result: "i32",
    fails: "zero",
  },
  CloseClipboard: {
    parameters: [],
    result: "i32",
    fails: "zero",
  },
  EmptyClipboard: {
    parameters: [],
    result: "i32",
    fails: "zero",
  },
  SetClipboardData: {
    parameters: [
      ["uFormat", "u32"],
      ["hMem", "usize"],
    ],
    result: "usize",
    fails: "zero",
  },
  GetClipboardData: {
    parameters: [
      ["uFormat", "u32"],
    ],
    result: "usize",
    fails: "zero",
  },
  EnumClipboardFormats: {
    parameters: [
      ["format", "u32"],
    ],
    result: "u32",
    fails: "never",
  },
  IsClipboardFormatAvailable: {
    parameters: [
      ["format", "u32"],
    ],
    result: "i32",
    fails: "never",
  },
  RegisterClipboardFormatW: {
    parameters: [
      ["lpszFormat", "buffer"],
    ],
    result: "u32",
    fails: "zero",
  },
  GetClipboardFormatNameW: {
    parameters: [
      ["format", "u32"],
      ["lpszFormatName", "buffer"],
      ["cchMaxCount", "i32"],
    ],
    result: "i32",
    fails: "never",
  },
  GetOpenClipboardWindow: {
    parameters: [],
    result: "usize",
    fails: "never",
  },
  GetClipboardOwner: {
    parameters: [],
    result: "usize",
    fails: "never",
  },
  GetClipboardSequenceNumber: {
    parameters: [],
    result: "u32",
    fails: "never",
  },
  AddClipboardFormatListener: {
    parameters: [
      ["hwnd", "usize"],
    ],
    result: "i32",
    fails: "zero",
  },
  RemoveClipboardFormatListener: {
    parameters: [
      ["hwnd", "usize"],
    ],
    result: "i32",
    fails: "never",
  },
} as const satisfies Table;
