/**
 * user32: windows, their messages, and the clipboard.
 *
 * @module
 */

import { library } from "./library.ts";
import { fn, type Table } from "./table.ts";
import { CLIPBOARD } from "./user32_clipboard.ts";

const SEND_MESSAGE_TIMEOUT_W = `(
  hWnd: usize, Msg: u32, wParam: usize, lParam: usize, fuFlags: u32,
  uTimeout: u32, lpdwResult: usize,
): usize, fails with zero`;

/** The functions of user32.dll that winipc uses. */
export const USER32_TABLE = {
  // Microsoft's metadata has no name for its parameter.
  RegisterClassExW: fn("(param0: buffer): u16, fails with zero"),
  UnregisterClassW: fn(`(
    lpClassName: text, hInstance: usize,
  ): i32, fails with zero`),
  CreateWindowExW: fn(
    `(
      dwExStyle: u32, lpClassName: text, lpWindowName: text, dwStyle: u32,
      X: i32, Y: i32, nWidth: i32, nHeight: i32, hWndParent: usize,
      hMenu: usize, hInstance: usize, lpParam: usize,
    ): usize, fails with zero`,
    { reenters: true },
  ),
  DestroyWindow: fn("(hWnd: usize): i32, fails with zero", { reenters: true }),
  SetWindowLongPtrW: fn(`(
    hWnd: usize, nIndex: i32, dwNewLong: usize,
  ): usize, fails with zero`),
  DefWindowProcW: fn(
    "(hWnd: usize, Msg: u32, wParam: usize, lParam: usize): usize",
    { reenters: true },
  ),
  ChangeWindowMessageFilterEx: fn(`(
    hwnd: usize, message: u32, action: u32, pChangeFilterStruct: usize,
  ): i32, fails with zero`),
  GetMessageW: fn(
    "(lpMsg: usize, hWnd: usize, wMsgFilterMin: u32, wMsgFilterMax: u32): i32",
    { reenters: true },
  ),
  PeekMessageW: fn(
    `(
      lpMsg: usize, hWnd: usize, wMsgFilterMin: u32, wMsgFilterMax: u32,
      wRemoveMsg: u32,
    ): i32`,
    { reenters: true },
  ),
  DispatchMessageW: fn("(lpMsg: usize): usize", { reenters: true }),
  // Windows calls no procedure in it, but Wine's graphics drivers may: they
  // check for events.
  MsgWaitForMultipleObjectsEx: fn(
    `(
      nCount: u32, pHandles: usize, dwMilliseconds: u32, dwWakeMask: u32,
      dwFlags: u32,
    ): u32`,
    { reenters: true },
  ),
  GetQueueStatus: fn("(flags: u32): u32"),
  PostMessageW: fn(`(
    hWnd: usize, Msg: u32, wParam: usize, lParam: usize,
  ): i32, fails with zero`),
  // Its last error belongs to another thread: lib/copy_data/undelivered.ts finds
  // the reason.
  SendMessageTimeoutW: fn(SEND_MESSAGE_TIMEOUT_W, { nonblocking: true }),
  // On threads that block, and whose windows get messages meanwhile.
  SendMessageTimeoutSync: fn(SEND_MESSAGE_TIMEOUT_W, {
    name: "SendMessageTimeoutW",
    reenters: true,
  }),
  ReplyMessage: fn("(lResult: usize): i32"),
  RegisterWindowMessageW: fn("(lpString: text): u32, fails with zero"),
  FindWindowExW: fn(`(
    hWndParent: usize, hWndChildAfter: usize, lpszClass: text, lpszWindow: text,
  ): usize`),
  IsWindow: fn("(hWnd: usize): i32"),
  IsWindowVisible: fn("(hWnd: usize): i32"),
  IsHungAppWindow: fn("(hwnd: usize): i32"),
  GetWindowThreadProcessId: fn("(hWnd: usize, lpdwProcessId: buffer): u32"),
  GetClassNameW: fn("(hWnd: usize, lpClassName: text, nMaxCount: i32): i32"),
  GetProcessWindowStation: fn("(): usize, fails with zero"),
  GetUserObjectInformationW: fn(`(
    hObj: usize, nIndex: u32, pvInfo: buffer, nLength: u32,
    lpnLengthNeeded: buffer,
  ): i32, fails with zero`),
  // Unlike GetWindowTextW, it never sends a message, so it never blocks.
  InternalGetWindowText: fn(`(
    hWnd: usize, pString: text, cchMaxCount: i32,
  ): i32`),
  ...CLIPBOARD,
} as const satisfies Table;

/** Opens user32 on the first call. */
export const user32 = library("user32.dll", USER32_TABLE);
