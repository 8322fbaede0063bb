/**
 * The window thread: its message loop, and the procedure of all its windows.
 *
 * It blocks in `GetMessageW`. While a message waits for its answer it sleeps on
 * the bell for a moment, because most answers come at once, and then in
 * `MsgWaitForMultipleObjectsEx`, where other programs' messages to these
 * windows are handled meanwhile: that is what lets two programs send to each
 * other while they handle each other's messages.
 *
 * @module
 */

import { parentPort, receiveMessageOnPort } from "node:worker_threads";
import type { MessagePort } from "node:worker_threads";
import { lastErrorCode, Win32Error } from "../win32/error.ts";
import { ERROR } from "../win32/error_codes.ts";
import { allocate, copyOut, free } from "../win32/memory.ts";
import { field, MSG } from "../win32/structs.ts";
import { user32 } from "../win32/user32.ts";
import { DdeLoop, isDde } from "./dde_loop.ts";
import type { DdeRequest } from "./dde_protocol.ts";
import {
  CONTROL,
  IN_WINDOWS,
  REPLIES,
  type Reply,
  type Request,
  RINGS,
  type Start,
  type Told,
  WM_WAKE,
} from "./protocol.ts";
import { readCopyData } from "./read_copy_data.ts";
import { type LoopWindow, Windows } from "./windows.ts";

const WM_COPYDATA = 0x4a;
const WM_CLIPBOARDUPDATE = 0x31d;
const PM_REMOVE = 1;
const QS_POSTMESSAGE = 8;
const QS_SENDMESSAGE = 0x40;

/** How long to wait for an answer on the bell, in ms: longer than most answers take. */
const BRIEF_MS = 1;
/** Windows takes a thread that does not look at its messages for 5 s for hung. */
const LOOK_MS = 2000;
/** Larger data is handed over instead of copied. */
const COPIED_BYTES = 4096;

const DEFINITION = {
  parameters: ["usize", "u32", "usize", "usize"],
  result: "usize",
} as const satisfies Deno.UnsafeCallbackDefinition;

/** The message loop. There is one in a window thread. */
export class WindowLoop {
  readonly #port: MessagePort;
  readonly #bell: Int32Array<SharedArrayBuffer>;
  readonly #message = allocate(MSG.size);
  readonly #callback: Deno.UnsafeCallback<typeof DEFINITION>;
  readonly #windows: Windows;
  readonly #dde: DdeLoop;
  readonly #answers = new Map<number, bigint | undefined>();
  #control = 0n;
  #lastMessage = 0;
  #depth = 0;
  #stopping = false;

  /** Makes the procedure of its windows, and none yet. */
  constructor({ port, bell }: Start) {
    this.#port = port;
    this.#bell = new Int32Array(bell);
    this.#callback = new Deno.UnsafeCallback(
      DEFINITION,
      (handle, message, wParam, lParam) =>
        this.#handle(handle, message, wParam, lParam),
    );
    this.#windows = new Windows(
      BigInt(Deno.UnsafePointer.value(this.#callback.pointer)),
    );
    this.#dde = new DdeLoop({
      windows: this.#windows,
      tell: (window, talk, event) =>
        this.#tell({ told: "dde", window, talk, event }),
      obey: () => this.#obey(),
    });
  }

  /** Runs until it is told to stop. */
  run(): void {
    try {
      this.#reply(() => this.#openControl());
      this.#loop();
    } finally {
      this.#reply(() => {
        this.#dde.endAll();
        this.#windows.closeAll();
        return 0n;
      });
      this.#callback.close();
      free(this.#message);
      this.#port.close();
    }
  }

  #openControl(): bigint {
    this.#control = this.#windows.open(0, CONTROL_WINDOW).handle;
    this.#bell[CONTROL] = Number(BigInt.asIntN(32, this.#control));
    this.#bell[IN_WINDOWS] = 1;
    return this.#control;
  }

  #loop(): void {
    const { raw } = user32();
    const bytes = new Uint8Array(MSG.size);
    for (;;) {
      this.#obey();
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

  /** The window procedure. Whatever it throws would end the process. */
  #handle(
    handle: bigint,
    message: number,
    wParam: bigint,
    lParam: bigint,
  ): bigint {
    try {
      const window = this.#windows.byHandle(handle);
      const answer = window && this.#own(window, message, wParam, lParam);
      return answer ?? user32().raw.DefWindowProcW(
        handle,
        message,
        wParam,
        lParam,
      );
    } catch (error) {
      const window = this.#windows.byHandle(handle)?.id ?? 0;
      this.#tell({ told: "trouble", window, reason: String(error) });
      return 0n;
    }
  }

  #own(
    window: LoopWindow,
    message: number,
    wParam: bigint,
    lParam: bigint,
  ): bigint | undefined {
    const { copyData, registered, clipboard, dde } = window.options;
    if (message === WM_COPYDATA && copyData !== undefined) {
      return this.#copyData(window, wParam, lParam);
    }
    if (message === WM_CLIPBOARDUPDATE && clipboard) {
      const sequence = user32().raw.GetClipboardSequenceNumber();
      this.#tell({ told: "clipboard", window: window.id, sequence });
      return 0n;
    }
    if (dde !== undefined && isDde(message)) {
      this.#dde.handle(window, message, wParam, lParam);
      return 0n;
    }
    if (registered?.includes(message)) {
      this.#tell({
        told: "registered",
        window: window.id,
        message,
        wParam,
        lParam,
      });
      return 0n;
    }
    return undefined;
  }

  #copyData(window: LoopWindow, sender: bigint, address: bigint): bigint {
    if (window.closing) return 0n;
    const { answered, answerTimeout, backlog, untaken } = window.options
      .copyData!;
    const { tag, bytes } = readCopyData(address);
    const waits = answered ||
      Atomics.add(new Int32Array(untaken), 0, 1) >= backlog;
    const message = waits ? ++this.#lastMessage : 0;
    // The sender runs on at once, and not only after the program is told.
    if (!waits) user32().raw.ReplyMessage(1n);
    this.#tell(
      {
        told: "copy data",
        window: window.id,
        message,
        tag,
        sender,
        bytes,
      },
      bytes.byteLength > COPIED_BYTES ? [bytes.buffer] : [],
    );
    if (message === 0) return 1n;
    this.#depth++;
    const result = this.#answerTo(message, answerTimeout);
    this.#depth--;
    if (result === undefined) {
      this.#tell({ told: "withdrawn", window: window.id, message });
    }
    if (this.#depth === 0 && this.#windows.closing().length > 0) this.#wake();
    return result ?? 0n;
  }

  /** Waits for the answer, and handles what comes meanwhile; undefined when it comes too late. */
  #answerTo(message: number, timeout: number): bigint | undefined {
    const until = performance.now() + timeout;
    this.#answers.set(message, undefined);
    try {
      for (let brief = true;; brief = false) {
        const rings = Atomics.load(this.#bell, RINGS);
        this.#obey();
        const answer = this.#answers.get(message);
        const left = until - performance.now();
        if (answer !== undefined) return answer;
        if (left <= 0 || this.#stopping) return undefined;
        if (brief) this.#sleepBriefly(rings, left);
        else this.#sleepInWindows(rings, left);
      }
    } finally {
      this.#answers.delete(message);
    }
  }

  #sleepBriefly(rings: number, left: number): void {
    Atomics.store(this.#bell, IN_WINDOWS, 0);
    Atomics.wait(this.#bell, RINGS, rings, Math.min(left, BRIEF_MS));
    Atomics.store(this.#bell, IN_WINDOWS, 1);
  }

  #sleepInWindows(rings: number, left: number): void {
    if (Atomics.load(this.#bell, RINGS) !== rings) return;
    const { raw } = user32();
    raw.MsgWaitForMultipleObjectsEx(
      0,
      0n,
      Math.ceil(Math.min(left, LOOK_MS)),
      QS_SENDMESSAGE | QS_POSTMESSAGE,
      0,
    );
    // This also handles the messages that others have sent meanwhile.
    while (
      raw.PeekMessageW(
        this.#message,
        this.#control,
        WM_WAKE,
        WM_WAKE,
        PM_REMOVE,
      ) !== 0
    );
  }

  #obey(): void {
    for (;;) {
      const received = receiveMessageOnPort(this.#port);
      if (received === undefined) return;
      this.#do(received.message as Request);
    }
  }

  #do(request: Request): void {
    switch (request.ask) {
      case "open":
        return this.#reply(() =>
          this.#windows.open(request.window, request.options).handle
        );
      case "close":
        return this.#reply(() => BigInt(!this.#close(request.window)));
      case "stop":
        this.#stopping = true;
        return this.#wake();
      case "answer":
        if (!this.#answers.has(request.message)) return;
        this.#answers.set(request.message, request.result);
        return;
      case "dde end":
        return this.#reply(() => this.#doDde(request));
      default:
        this.#doDde(request);
    }
  }

  #doDde(request: DdeRequest): bigint {
    this.#dde.obey(request);
    return 0n;
  }

  /** Closes a window; false when its messages are to be answered before. */
  #close(id: number): boolean {
    const window = this.#windows.byId(id);
    if (window === undefined) return true;
    window.closing = true;
    if (this.#depth > 0) return false;
    this.#windows.close(window);
    return true;
  }

  /** Closes the windows that had to wait. */
  #closeWindows(): void {
    for (const window of this.#windows.closing()) {
      this.#windows.close(window);
      this.#tell({ told: "closed", window: window.id });
    }
  }

  /** Lets the loop look again, which a procedure that ends does not. */
  #wake(): void {
    user32().raw.PostMessageW(this.#control, WM_WAKE, 0n, 0n);
  }

  #reply(action: () => bigint): void {
    let reply: Reply;
    try {
      reply = { value: action() };
    } catch (error) {
      const { call, code } = error instanceof Win32Error
        ? error
        : { call: String(error), code: ERROR.ERROR_INVALID_FUNCTION };
      reply = { value: 0n, failed: { call, code } };
    }
    this.#port.postMessage(reply);
    Atomics.add(this.#bell, REPLIES, 1);
    Atomics.notify(this.#bell, REPLIES);
  }

  #tell(told: Told, transfer: ArrayBuffer[] = []): void {
    parentPort!.postMessage(told, transfer);
  }
}

/** The window that wakes the thread; nobody finds it by a title. */
const CONTROL_WINDOW = {
  title: "",
  className: "winipc.control",
  messageOnly: true,
  allowLowerIntegrity: false,
};
