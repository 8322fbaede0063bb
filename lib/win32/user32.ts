/**
 * user32: windows, their messages, and the clipboard.
 *
 * @module
 */

import { library } from "./library.ts";
import type { Table } from "./table.ts";
import { CLIPBOARD } from "./user32_clipboard.ts";

const SEND_MESSAGE_TIMEOUT_W = {
  parameters: [
    ["hWnd", "usize"],
    ["Msg", "u32"],
    ["wParam", "usize"],
    ["lParam", "usize"],
    ["fuFlags", "u32"],
    ["uTimeout", "u32"],
    ["lpdwResult", "usize"],
  ],
  result: "usize",
  fails: "never",
} as const;

/** The functions of user32.dll that winipc uses. */
export const USER32_TABLE = {
  // Microsoft's metadata has no name for its parameter.
  RegisterClassExW: {
    parameters: [
      ["param0", "buffer"],
    ],
    result: "u16",
    fails: "zero",
  },
  UnregisterClassW: {
    parameters: [
      ["lpClassName", "buffer"],
      ["hInstance", "usize"],
    ],
    result: "i32",
    fails: "zero",
  },
  CreateWindowExW: {
    parameters: [
      ["dwExStyle", "u32"],
      ["lpClassName", "buffer"],
      ["lpWindowName", "buffer"],
      ["dwStyle", "u32"],
      ["X", "i32"],
      ["Y", "i32"],
      ["nWidth", "i32"],
      ["nHeight", "i32"],
      ["hWndParent", "usize"],
      ["hMenu", "usize"],
      ["hInstance", "usize"],
      ["lpParam", "usize"],
    ],
    result: "usize",
    fails: "zero",
    reenters: true,
  },
  DestroyWindow: {
    parameters: [
      ["hWnd", "usize"],
    ],
    result: "i32",
    fails: "zero",
    reenters: true,
  },
  SetWindowLongPtrW: {
    parameters: [
      ["hWnd", "usize"],
      ["nIndex", "i32"],
      ["dwNewLong", "usize"],
    ],
    result: "usize",
    fails: "zero",
  },
  DefWindowProcW: {
    parameters: [
      ["hWnd", "usize"],
      ["Msg", "u32"],
      ["wParam", "usize"],
      ["lParam", "usize"],
    ],
    result: "usize",
    fails: "never",
    reenters: true,
  },
  ChangeWindowMessageFilterEx: {
    parameters: [
      ["hwnd", "usize"],
      ["message", "u32"],
      ["action", "u32"],
      ["pChangeFilterStruct", "usize"],
    ],
    result: "i32",
    fails: "zero",
  },
  GetMessageW: {
    parameters: [
      ["lpMsg", "usize"],
      ["hWnd", "usize"],
      ["wMsgFilterMin", "u32"],
      ["wMsgFilterMax", "u32"],
    ],
    result: "i32",
    fails: "never",
    reenters: true,
  },
  PeekMessageW: {
    parameters: [
      ["lpMsg", "usize"],
      ["hWnd", "usize"],
      ["wMsgFilterMin", "u32"],
      ["wMsgFilterMax", "u32"],
      ["wRemoveMsg", "u32"],
    ],
    result: "i32",
    fails: "never",
    reenters: true,
  },
  DispatchMessageW: {
    parameters: [
      ["lpMsg", "usize"],
    ],
    result: "usize",
    fails: "never",
    reenters: true,
  },
  // Windows calls no procedure in it, but Wine's graphics drivers may: they
  // check for events.
  MsgWaitForMultipleObjectsEx: {
    parameters: [
      ["nCount", "u32"],
      ["pHandles", "usize"],
      ["dwMilliseconds", "u32"],
      ["dwWakeMask", "u32"],
      ["dwFlags", "u32"],
    ],
    result: "u32",
    fails: "never",
    reenters: true,
  },
  GetQueueStatus: {
    parameters: [
      ["flags", "u32"],
    ],
    result: "u32",
    fails: "never",
  },
  PostMessageW: {
    parameters: [
      ["hWnd", "usize"],
      ["Msg", "u32"],
      ["wParam", "usize"],
      ["lParam", "usize"],
    ],
    result: "i32",
    fails: "zero",
  },
  // Its last error belongs to another thread: lib/copy_data/undelivered.ts finds
  // the reason.
  SendMessageTimeoutW: {
    ...SEND_MESSAGE_TIMEOUT_W,
    nonblocking: true,
  },
  // On threads that block, and whose windows get messages meanwhile.
  SendMessageTimeoutSync: {
    name: "SendMessageTimeoutW",
    ...SEND_MESSAGE_TIMEOUT_W,
    reenters: true,
  },
  ReplyMessage: {
    parameters: [
      ["lResult", "usize"],
    ],
    result: "i32",
    fails: "never",
  },
  RegisterWindowMessageW: {
    parameters: [
      ["lpString", "buffer"],
    ],
    result: "u32",
    fails: "zero",
  },
  FindWindowExW: {
    parameters: [
      ["hWndParent", "usize"],
      ["hWndChildAfter", "usize"],
      ["lpszClass", "buffer"],
      ["lpszWindow", "buffer"],
    ],
    result: "usize",
    fails: "never",
  },
  IsWindow: {
    parameters: [
      ["hWnd", "usize"],
    ],
    result: "i32",
    fails: "never",
  },
  IsWindowVisible: {
    parameters: [
      ["hWnd", "usize"],
    ],
    result: "i32",
    fails: "never",
  },
  IsHungAppWindow: {
    parameters: [
      ["hwnd", "usize"],
    ],
    result: "i32",
    fails: "never",
  },
  GetWindowThreadProcessId: {
    parameters: [
      ["hWnd", "usize"],
      ["lpdwProcessId", "buffer"],
    ],
    result: "u32",
    fails: "never",
  },
  GetClassNameW: {
    parameters: [
      ["hWnd", "usize"],
      ["lpClassName", "buffer"],
      ["nMaxCount", "i32"],
    ],
    result: "i32",
    fails: "never",
  },
  GetProcessWindowStation: {
    parameters: [],
    result: "usize",
    fails: "zero",
  },
  GetUserObjectInformationW: {
    parameters: [
      ["hObj", "usize"],
      ["nIndex", "u32"],
      ["pvInfo", "buffer"],
      ["nLength", "u32"],
      ["lpnLengthNeeded", "buffer"],
    ],
    result: "i32",
    fails: "zero",
  },
  // Unlike GetWindowTextW, it never sends a message, so it never blocks.
  InternalGetWindowText: {
    parameters: [
      ["hWnd", "usize"],
      ["pString", "buffer"],
      ["cchMaxCount", "i32"],
    ],
    result: "i32",
    fails: "never",
  },
  ...CLIPBOARD,
} as const satisfies Table;

/** Opens user32 on the first call. */
export const user32 = library("user32.dll", USER32_TABLE);
