/**
 * The window thread: its message loop, and the procedure of all its windows.
 *
 * It blocks in `GetMessageW`.
 *
 * @module
 */

import { bindAll } from "../win32/binding.ts";
import { lastErrorCode, Win32Error } from "../win32/error.ts";
import { allocate, copyOut, free } from "../win32/memory.ts";
import { field, MSG } from "../win32/structs.ts";
import { user32 } from "../win32/user32.ts";
import { AnswerWait } from "./answer_wait.ts";
import { EventWriter } from "./events.ts";
import type { LoopWindow, WindowHandler } from "./handler.ts";
import { createHandlers } from "./handler_registry.ts";
import {
  CONTROL_HANDLE,
  IN_WINDOWS,
  type Request,
  type Start,
  type WindowEvent,
  WM_WAKE,
} from "./protocol.ts";
import { Requests } from "./requests.ts";
import { CONTROL_ID, CONTROL_WINDOW, Windows } from "./windows.ts";

/**
 * A window procedure. Its result is a `u64`: if a callback with a result of
 * type `usize` throws, Deno ends the process (denoland/deno,
 * ext/ffi/callback.rs, `unreachable!()` in do_ffi_callback).
 */
const DEFINITION = {
  parameters: ["usize", "u32", "usize", "usize"],
  result: "u64",
} as const satisfies Deno.UnsafeCallbackDefinition;

/**
 * How many calls of window procedures may be nested. Each takes a part of the
 * thread's kernel stack. When that is used up, functions of user32 return
 * without effect, and messages vanish (Microsoft, KB 2664641: "Recursive calls
 * to window manager functions may fail unexpectedly").
 */
const MAX_NESTED_CALLS = 8;

/** Asks a window to close. By default, Windows destroys it. */
const WM_CLOSE = 0x10;
/** A window's last message. */
const WM_NCDESTROY = 0x82;

/** The message loop. There is one in a window thread. */
export class WindowLoop {
  readonly #shared: Int32Array<SharedArrayBuffer>;
  readonly #message = allocate(MSG.size);
  readonly #callback: Deno.UnsafeCallback<typeof DEFINITION>;
  readonly #windows: Windows;
  readonly #handlers: Readonly<Record<string, WindowHandler>>;
  readonly #answers: AnswerWait;
  readonly #requests: Requests;
  readonly #events: EventWriter;
  /** Windows that may have been destroyed from outside. */
  readonly #lost = new Set<LoopWindow>();
  #control = 0n;
  #stopping = false;
  #nestedCalls = 0;

  /** Creates the procedure, but no window yet. */
  constructor({ port, events, shared }: Start) {
    this.#shared = new Int32Array(shared);
    this.#requests = new Requests(port, this.#shared);
    this.#events = new EventWriter(events, this.#shared);
    const mayNest = () => this.#nestedCalls < MAX_NESTED_CALLS;
    const control = () => this.#control;
    this.#answers = new AnswerWait(this.#shared, control, mayNest, () => {
      this.#dropLost();
      this.#processRequests();
      this.#closeWindows();
    });
    this.#callback = new Deno.UnsafeCallback(
      DEFINITION,
      (handle, message, wParam, lParam) =>
        this.#handle(handle, message, wParam, lParam),
    );
    this.#windows = new Windows(
      BigInt(Deno.UnsafePointer.value(this.#callback.pointer)),
      (name) => this.#handlers[name],
    );
    this.#handlers = createHandlers({
      emit: (event, result) => this.#emit(event, result),
      byHandle: (handle) => this.#windows.byHandle(handle),
      open: (id, options) => this.#windows.open(id, options),
      mayNest,
      processRequests: () => this.#processRequests(),
      sleep: (milliseconds) =>
        void this.#answers.wait(this.#answers.next(), milliseconds),
      nextMessage: () => this.#answers.next(),
      waitForAnswer: (message, timeout) =>
        this.#waitForAnswer(message, timeout),
    });
  }

  /** Runs until it is stopped. */
  run(): void {
    try {
      this.#requests.reply(() => this.#openControl());
      // Without this window, nothing could wake or stop the loop.
      if (this.#control !== 0n) this.#loop();
    } finally {
      const end = () => {
        for (const handler of Object.values(this.#handlers)) handler.end?.();
        this.#windows.closeAll();
        return 0n;
      };
      if (this.#stopping) this.#requests.reply(end);
      else this.#requests.fail(end);
      this.#callback.close();
      free(this.#message);
      this.#answers.close();
      this.#events.close();
      this.#requests.close();
    }
  }

  #openControl(): bigint {
    this.#control = this.#windows.open(CONTROL_ID, CONTROL_WINDOW).handle;
    this.#shared[CONTROL_HANDLE] = Number(BigInt.asIntN(32, this.#control));
    this.#shared[IN_WINDOWS] = 1;
    return this.#control;
  }

  #loop(): void {
    const { raw } = user32();
    const bytes = new Uint8Array(MSG.size);
    for (;;) {
      this.#dropLost();
      this.#processRequests();
      this.#closeWindows();
      if (this.#stopping) return;
      const got = raw.GetMessageW(this.#message, 0n, 0, 0);
      if (got < 0) throw new Win32Error("GetMessageW", lastErrorCode());
      copyOut(this.#message, bytes);
      const wake = field(MSG, bytes, "message") === WM_WAKE &&
        field(MSG, bytes, "hwnd") === this.#control;
      if (got > 0 && !wake) raw.DispatchMessageW(this.#message);
    }
  }

  /** The window procedure. An exception in it would end the process. */
  #handle(
    handle: bigint,
    message: number,
    wParam: bigint,
    lParam: bigint,
  ): bigint {
    const window = this.#windows.byHandle(handle);
    if (window !== undefined) window.calls++;
    this.#nestedCalls++;
    try {
      // Programs such as taskkill post WM_CLOSE to all windows of a process.
      // A window belongs to its owner, which would wait for messages for ever
      // (Microsoft: WM_CLOSE, "it should return zero").
      if (message === WM_CLOSE) return 0n;
      if (message === WM_NCDESTROY) this.#noteDestruction(window);
      const answer = window?.handler?.handle(window, message, wParam, lParam);
      return answer ?? user32().raw.DefWindowProcW(
        handle,
        message,
        wParam,
        lParam,
      );
    } catch (error) {
      const { id } = window ?? { id: 0 };
      this.#events.emit({ type: "error", window: id, reason: String(error) });
      return 0n;
    } finally {
      if (window !== undefined) window.calls--;
      this.#nestedCalls--;
    }
  }

  /**
   * A message whose result is known is answered before the main thread is woken:
   * its sender need not wait for that. `ReplyMessage` does nothing for a message
   * of this thread, which gets the procedure's result.
   */
  #emit(event: WindowEvent, result: bigint | undefined): void {
    this.#events.put(event);
    if (result !== undefined) user32().raw.ReplyMessage(result);
    this.#events.wake();
  }

  #waitForAnswer(message: number, timeout: number): bigint | undefined {
    const result = this.#answers.wait(message, timeout);
    if (this.#windows.closing().length > 0) this.#wake();
    return result;
  }

  #processRequests(): void {
    for (const request of this.#requests.all()) this.#do(request);
  }

  #do(request: Request): void {
    switch (request.type) {
      case "open":
        return this.#requests.reply(() =>
          this.#windows.open(request.window, request.options).handle
        );
      case "close":
        return this.#requests.reply(() => BigInt(!this.#close(request.window)));
      case "stop":
        this.#stopping = true;
        this.#answers.abort();
        return this.#wake();
      case "bind":
        return this.#requests.reply(() => {
          bindAll();
          return 0n;
        });
      case "answer":
        return this.#answers.give(request.message, request.result);
      case "request": {
        const act = () => {
          this.#handlers[request.handler]?.request?.(request.request);
          return 0n;
        };
        if (request.waits) return this.#requests.reply(act);
        // One that fails must not end the thread, and with it all windows.
        try {
          act();
        } catch (error) {
          const { window } = request;
          this.#events.emit({ type: "error", window, reason: String(error) });
        }
      }
    }
  }

  /** Closes a window; returns false if that has to wait. */
  #close(id: number): boolean {
    const window = this.#windows.byId(id);
    if (window === undefined) return true;
    this.#requestClose(window);
    if (!this.#mayClose(window)) return false;
    this.#windows.close(window);
    return true;
  }

  #requestClose(window: LoopWindow): void {
    window.closing = true;
    window.handler?.closeRequested?.(window);
  }

  /**
   * Whether a window can be closed: it handles no message, its procedure is not
   * running, and its handler allows it.
   */
  #mayClose(window: LoopWindow): boolean {
    const { calls, handler } = window;
    if (handler?.isEnding?.(window)) return false;
    return !this.#answers.waiting || calls === 0 && !handler?.closesWhenIdle;
  }

  /** Closes windows that no longer have to wait. */
  #closeWindows(): void {
    for (const window of this.#windows.closing()) {
      if (!this.#mayClose(window)) continue;
      this.#windows.close(window);
      this.#events.emit({ type: "closed", window: window.id });
    }
  }

  /**
   * Windows destroys a window with its parent, which another program may have
   * set (Microsoft: SetParent, DestroyWindow). The message may also have been
   * sent by hand; whether the window still exists shows only after it.
   */
  #noteDestruction(window: LoopWindow | undefined): void {
    if (window === undefined || this.#windows.byId(window.id) === undefined) {
      return;
    }
    this.#lost.add(window);
    // To this thread: the window may be the one that wakes it.
    user32().raw.PostMessageW(0n, WM_WAKE, 0n, 0n);
  }

  /** Drops windows that were destroyed from outside. */
  #dropLost(): void {
    for (const window of this.#lost) {
      this.#lost.delete(window);
      const { id, handle } = window;
      if (user32().raw.IsWindow(handle) !== 0) continue;
      this.#requestClose(window);
      this.#windows.close(window);
      if (id === CONTROL_ID) this.#openControl();
      else this.#events.emit({ type: "destroyed", window: id });
    }
  }

  /** Wakes the loop, which the end of a procedure does not do. */
  #wake(): void {
    user32().raw.PostMessageW(this.#control, WM_WAKE, 0n, 0n);
  }
}
