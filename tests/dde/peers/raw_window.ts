/** A window that speaks DDE's messages by hand, without winipc. */

import { SYSTEM32 } from "../../support/system32.ts";

const { symbols: user32 } = Deno.dlopen(`${SYSTEM32}\\user32.dll`, {
  RegisterClassExW: { parameters: ["buffer"], result: "u16" },
  CreateWindowExW: {
    parameters: [
      "u32",
      "buffer",
      "buffer",
      "u32",
      "i32",
      "i32",
      "i32",
      "i32",
      "usize",
      "usize",
      "usize",
      "usize",
    ],
    result: "usize",
  },
  DefWindowProcW: {
    parameters: ["usize", "u32", "usize", "usize"],
    result: "usize",
  },
  SendMessageTimeoutW: {
    parameters: ["usize", "u32", "usize", "usize", "u32", "u32", "usize"],
    result: "usize",
  },
  PostMessageW: {
    parameters: ["usize", "u32", "usize", "usize"],
    result: "i32",
  },
  PackDDElParam: { parameters: ["u32", "usize", "usize"], result: "usize" },
  UnpackDDElParam: {
    parameters: ["u32", "usize", "buffer", "buffer"],
    result: "i32",
  },
  GetMessageW: { parameters: ["buffer", "usize", "u32", "u32"], result: "i32" },
  DispatchMessageW: { parameters: ["buffer"], result: "usize" },
  SetTimer: { parameters: ["usize", "usize", "u32", "usize"], result: "usize" },
  KillTimer: { parameters: ["usize", "usize"], result: "i32" },
});
const { symbols: kernel32 } = Deno.dlopen(
  `${SYSTEM32}\\kernel32.dll`,
  {
    GlobalAddAtomW: { parameters: ["buffer"], result: "u16" },
    GlobalGetAtomNameW: { parameters: ["u16", "buffer", "i32"], result: "u32" },
    GlobalAlloc: { parameters: ["u32", "usize"], result: "usize" },
    GlobalLock: { parameters: ["usize"], result: "usize" },
    GlobalUnlock: { parameters: ["usize"], result: "i32" },
    GlobalSize: { parameters: ["usize"], result: "usize" },
    CopyIn: {
      name: "RtlMoveMemory",
      parameters: ["usize", "buffer", "usize"],
      result: "void",
    },
    CopyOut: {
      name: "RtlMoveMemory",
      parameters: ["buffer", "usize", "usize"],
      result: "void",
    },
  },
);

const WM_DDE_INITIATE = 0x3e0;
const WM_DDE_TERMINATE = 0x3e1;
const WM_DDE_ACK = 0x3e4;
const SMTO_ABORTIFHUNG = 2;
const HWND_BROADCAST = 0xffffn;
const GMEM_DDESHARE_MOVEABLE = 0x2002;
/** Only a hang lasts so long, in ms. */
const TIMEOUT = 3 * 60_000;

/** A message that is no acknowledgement. */
export type OnMessage = (message: number, from: bigint, lParam: bigint) => void;

/** The window, and its messages. */
export class WindowLoop {
  /** Its handle. */
  readonly handle: bigint;
  readonly #onAcknowledgement: (status: number, item: string) => void;
  readonly #onMessage: OnMessage;
  #partner = 0n;
  #last = "";

  /** Opens it; `onAcknowledgement` is called for each acknowledgement, and `onMessage` all others. */
  constructor(
    onAcknowledgement: (status: number, item: string) => void,
    onMessage: OnMessage = () => {},
  ) {
    this.#onAcknowledgement = onAcknowledgement;
    this.#onMessage = onMessage;
    const callback = new Deno.UnsafeCallback(
      {
        parameters: ["usize", "u32", "usize", "usize"],
        result: "u64",
      } as const,
      (window, message, wParam, lParam) =>
        this.#handle(window, message, wParam, lParam),
    );
    const type = new DataView(new ArrayBuffer(80));
    const name = wide(`raw-${Deno.pid}`);
    const address = (pointer: Deno.PointerValue) =>
      BigInt(Deno.UnsafePointer.value(pointer));
    type.setUint32(0, 80, true);
    type.setBigUint64(8, address(callback.pointer), true);
    type.setBigUint64(64, address(Deno.UnsafePointer.of(name)), true);
    user32.RegisterClassExW(new Uint8Array(type.buffer));
    const style = 0x8000_0000;
    this.handle = user32.CreateWindowExW(
      0,
      name,
      wide(""),
      style,
      0,
      0,
      0,
      0,
      0n,
      0n,
      0n,
      0n,
    );
  }

  /**
   * Calls for a server until one answers: a thread that has been woken and does
   * not run yet is taken for hung, and left out. The window of its conversation.
   */
  initiate(service: string, topic: string): bigint {
    const names = this.atom(service) | this.atom(topic) << 16n;
    const end = performance.now() + TIMEOUT;
    while (this.#partner === 0n && performance.now() < end) {
      user32.SendMessageTimeoutW(
        HWND_BROADCAST,
        WM_DDE_INITIATE,
        this.handle,
        names,
        SMTO_ABORTIFHUNG,
        5000,
        0n,
      );
    }
    return this.#partner;
  }

  /** An atom. */
  atom(name: string): bigint {
    return BigInt(kernel32.GlobalAddAtomW(wide(name)));
  }

  /** Global memory. */
  memory(bytes: number[]): bigint {
    const memory = kernel32.GlobalAlloc(
      GMEM_DDESHARE_MOVEABLE,
      BigInt(bytes.length),
    );
    const address = kernel32.GlobalLock(memory);
    kernel32.CopyIn(address, new Uint8Array(bytes), BigInt(bytes.length));
    kernel32.GlobalUnlock(memory);
    return memory;
  }

  /** Sends a message as it is. */
  send(window: bigint, message: number, lParam: bigint): void {
    const flags = SMTO_ABORTIFHUNG;
    const { handle } = this;
    user32.SendMessageTimeoutW(
      window,
      message,
      handle,
      lParam,
      flags,
      5000,
      0n,
    );
  }

  /** Posts a message in the name of a window. */
  post(
    window: bigint,
    message: number,
    from: bigint,
    low: bigint,
    high: bigint,
  ): void {
    const lParam = user32.PackDDElParam(message, low, high);
    user32.PostMessageW(window, message, from, lParam);
  }

  /** Confirms the end of a conversation, or ends it. */
  terminate(window: bigint): void {
    user32.PostMessageW(window, WM_DDE_TERMINATE, this.handle, 0n);
  }

  /** The parts of a posted message's parameter. */
  unpack(message: number, lParam: bigint): [low: bigint, high: bigint] {
    const [low, high] = [new BigUint64Array(1), new BigUint64Array(1)];
    user32.UnpackDDElParam(message, lParam, low, high);
    return [low[0]!, high[0]!];
  }

  /** What is in global memory. */
  read(memory: bigint): Uint8Array<ArrayBuffer> {
    const size = kernel32.GlobalSize(memory);
    const bytes = new Uint8Array(Number(size));
    kernel32.CopyOut(bytes, kernel32.GlobalLock(memory), size);
    kernel32.GlobalUnlock(memory);
    return bytes;
  }

  /** The name of an atom. */
  nameOf(atom: bigint): string {
    const name = new Uint16Array(256);
    const number = Number(atom & 0xffffn);
    const length = kernel32.GlobalGetAtomNameW(number, name, 256);
    return String.fromCharCode(...name.subarray(0, length));
  }

  /** Handles messages until an item is acknowledged. */
  until(item: string): void {
    const end = performance.now() + TIMEOUT;
    // Its message ends the wait for one.
    const timer = user32.SetTimer(0n, 0n, TIMEOUT, 0n);
    this.run(() => this.#last === item || performance.now() >= end);
    user32.KillTimer(0n, timer);
    if (this.#last !== item) throw new Error(`"${item}" is not acknowledged`);
  }

  /** Handles messages until it is over. */
  run(isOver: () => boolean): void {
    const message = new Uint8Array(48);
    while (!isOver()) {
      user32.GetMessageW(message, 0n, 0, 0);
      user32.DispatchMessageW(message);
    }
  }

  #handle(
    window: bigint,
    message: number,
    wParam: bigint,
    lParam: bigint,
  ): bigint {
    if (message !== WM_DDE_ACK) {
      this.#onMessage(message, wParam, lParam);
      return user32.DefWindowProcW(window, message, wParam, lParam);
    }
    if (this.#partner === 0n) this.#partner = wParam;
    else {
      const [low, high] = this.unpack(message, lParam);
      this.#last = this.nameOf(high);
      this.#onAcknowledgement(Number(low), this.#last);
    }
    return 0n;
  }
}

function wide(text: string): Uint8Array<ArrayBuffer> {
  const units = new Uint16Array(text.length + 1);
  for (let i = 0; i < text.length; i++) units[i] = text.charCodeAt(i);
  return new Uint8Array(units.buffer);
}
