import { user32 } from "../../lib/win32/user32.ts";
import { toUtf16 } from "../../lib/win32/utf16.ts";

const HWND_MESSAGE = 0xffff_ffff_ffff_fffdn;

/**
 * Creates a window for messages only, in a thread that handles none: a search
 * for DDE servers in another process would wait for any other window of it.
 */
export function messageOnlyWindow(title: string): bigint {
  const [type, name] = [toUtf16("STATIC"), toUtf16(title)];
  return user32().call
    .CreateWindowExW(0, type, name, 0, 0, 0, 0, 0, HWND_MESSAGE, 0n, 0n, 0n);
}
