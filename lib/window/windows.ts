/**
 * The windows of the window thread, and their classes.
 *
 * @module
 */

import { HWND_MESSAGE } from "../win32/constants.ts";
import { Win32Error } from "../win32/error.ts";
import { ERROR } from "../win32/error_codes.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { allocate, copyIn, free } from "../win32/memory.ts";
import { getProcAddresses } from "../win32/proc_addresses.ts";
import { pack, WNDCLASSEXW } from "../win32/structs.ts";
import { user32 } from "../win32/user32.ts";
import { toUtf16 } from "../win32/utf16.ts";
import type { LoopWindow, WindowHandler } from "./handler.ts";
import type { WindowOptions } from "./protocol.ts";

const WS_POPUP = 0x8000_0000;
const WS_EX_TOOLWINDOW = 0x80;
const WS_EX_NOACTIVATE = 0x0800_0000;
const MSGFLT_ALLOW = 1;
const GWLP_WNDPROC = -4;

/** The number of the window that wakes the thread. */
export const CONTROL_ID = 0;

/** The window that wakes the thread; it has no title. */
export const CONTROL_WINDOW = {
  title: "",
  className: "winipc.control",
  messageOnly: true,
  allowLowerIntegrity: false,
};

/**
 * Opens and closes windows that share one procedure. Use it on their own
 * thread, and close windows outside of the procedure, where Windows still
 * counts them as windows of their class.
 */
export class Windows {
  readonly #procedure: bigint;
  readonly #handlerOf: (name: string) => WindowHandler | undefined;
  readonly #instance = kernel32().call.GetModuleHandleW(null);
  readonly #byHandle = new Map<bigint, LoopWindow>();
  readonly #byId = new Map<number, LoopWindow>();
  readonly #classes = new Map<string, number>();

  /** All windows have the procedure at this address, and a handler by name. */
  constructor(
    procedure: bigint,
    handlerOf: (name: string) => WindowHandler | undefined,
  ) {
    this.#procedure = procedure;
    this.#handlerOf = handlerOf;
  }

  /** The window with a handle. */
  byHandle(handle: bigint): LoopWindow | undefined {
    return this.#byHandle.get(handle);
  }

  /** The window with a number. */
  byId(id: number): LoopWindow | undefined {
    return this.#byId.get(id);
  }

  /** The windows that wait to be closed. */
  closing(): LoopWindow[] {
    return [...this.#byId.values()].filter(({ closing }) => closing);
  }

  /** Opens a hidden window, without a button in the taskbar. */
  open(id: number, options: WindowOptions): LoopWindow {
    const { title, className, messageOnly, handler } = options;
    const { call } = user32();
    this.#addClass(className);
    let handle: bigint;
    try {
      handle = call.CreateWindowExW(
        WS_EX_TOOLWINDOW | WS_EX_NOACTIVATE,
        toUtf16(className),
        toUtf16(title),
        WS_POPUP,
        0,
        0,
        0,
        0,
        messageOnly ? HWND_MESSAGE : 0n,
        0n,
        this.#instance,
        0n,
      );
    } catch (error) {
      this.#dropClass(className);
      throw error;
    }
    const window: LoopWindow = {
      id,
      handle,
      options,
      handler: handler === undefined ? undefined : this.#handlerOf(handler),
      closing: false,
      calls: 0,
    };
    this.#byHandle.set(handle, window);
    this.#byId.set(id, window);
    try {
      call.SetWindowLongPtrW(handle, GWLP_WNDPROC, this.#procedure);
      this.#allow(window);
      window.handler?.opened?.(window);
    } catch (error) {
      this.close(window);
      throw error;
    }
    return window;
  }

  /** Closes a window that may have been destroyed. Safe to call twice. */
  close(window: LoopWindow): void {
    const { call, raw } = user32();
    if (!this.#byId.delete(window.id)) return;
    window.handler?.closing?.(window);
    if (raw.IsWindow(window.handle) !== 0) call.DestroyWindow(window.handle);
    this.#byHandle.delete(window.handle);
    this.#dropClass(window.options.className);
  }

  /** Closes all windows. */
  closeAll(): void {
    for (const window of [...this.#byId.values()]) this.close(window);
  }

  #allow(window: LoopWindow): void {
    if (!window.options.allowLowerIntegrity) return;
    for (const message of window.handler?.messages(window) ?? []) {
      user32().call.ChangeWindowMessageFilterEx(
        window.handle,
        message,
        MSGFLT_ALLOW,
        0n,
      );
    }
  }

  #addClass(className: string): void {
    const name = asKey(className);
    const users = this.#classes.get(name) ?? 0;
    if (users === 0) this.#register(className);
    this.#classes.set(name, users + 1);
  }

  /**
   * A class belongs to the process, a window procedure to the thread of one
   * isolate. So classes have Windows' procedure, and each window gets its own.
   * A class that another isolate has registered, or whose thread has ended,
   * works as well.
   */
  #register(className: string): void {
    const wide = toUtf16(className);
    const text = allocate(wide.byteLength);
    try {
      copyIn(text, wide);
      const { DefWindowProcW } = getProcAddresses("user32.dll", [
        "DefWindowProcW",
      ]);
      user32().call.RegisterClassExW(pack(WNDCLASSEXW, {
        cbSize: WNDCLASSEXW.size,
        lpfnWndProc: DefWindowProcW,
        hInstance: this.#instance,
        lpszClassName: text,
      }));
    } catch (error) {
      const known = error instanceof Win32Error &&
        error.code === ERROR.ERROR_CLASS_ALREADY_EXISTS;
      if (!known) throw error;
    } finally {
      free(text);
    }
  }

  #dropClass(className: string): void {
    const name = asKey(className);
    const users = this.#classes.get(name)! - 1;
    this.#classes.set(name, users);
    if (users > 0) return;
    this.#classes.delete(name);
    // It stays while another isolate has windows of it; that isolate then
    // unregisters it.
    user32().raw.UnregisterClassW(toUtf16(className), this.#instance);
  }
}

/** The names of classes are not case-sensitive. */
function asKey(className: string): string {
  return className.toLowerCase();
}
