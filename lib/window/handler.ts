/**
 * A mechanism's handler in the window thread, and the interface it uses.
 *
 * @module
 */

import type { WindowEvent, WindowOptions } from "./protocol.ts";

/** A window of the window thread. */
export interface LoopWindow {
  /** The program's number for it. */
  readonly id: number;
  /** Windows' handle. */
  readonly handle: bigint;
  /** The options that it was opened with. */
  readonly options: WindowOptions;
  /** The handler of its messages; by default Windows. */
  readonly handler: WindowHandler | undefined;
  /** Whether it accepts no more messages. */
  closing: boolean;
  /** How many nested calls of its procedure are running. */
  calls: number;
}

/** Handles the messages of windows whose options name it. */
export interface WindowHandler {
  /**
   * Whether its windows close only when no message of any window waits for an
   * answer.
   */
  readonly closesWhenIdle?: true;
  /**
   * The messages that programs of a lower integrity level may send, if the
   * window allows it.
   */
  messages(window: LoopWindow): readonly number[];
  /** Handles a message; `undefined` leaves it to Windows. */
  handle(
    window: LoopWindow,
    message: number,
    wParam: bigint,
    lParam: bigint,
  ): bigint | undefined;
  /** A window was opened. If this throws, the window is closed again. */
  opened?(window: LoopWindow): void;
  /** A window is to be closed, or was destroyed from outside. */
  closeRequested?(window: LoopWindow): void;
  /** A window will be destroyed. */
  closing?(window: LoopWindow): void;
  /** Processes a request of the program. */
  request?(request: unknown): void;
  /** Whether a window that is to be closed has to wait. */
  isEnding?(window: LoopWindow): boolean;
  /** The thread ends. */
  end?(): void;
}

/** The functions of the window thread for a handler. */
export interface WindowHost {
  /**
   * Sends an event of a window to the program. With a `result`, the sender of
   * the handled message gets it now instead of when the procedure returns, which
   * must then return the same; the memory of the message is gone.
   */
  emit(event: WindowEvent, result?: bigint): void;
  /** The window with a handle. */
  byHandle(handle: bigint): LoopWindow | undefined;
  /** Opens a window that the program does not know of. */
  open(id: number, options: WindowOptions): LoopWindow;
  /** Whether messages may be handled while another one is sent. */
  mayNest(): boolean;
  /** Processes the program's new requests. */
  processRequests(): void;
  /** Waits for a number of ms, and handles sent messages meanwhile. */
  sleep(milliseconds: number): void;
  /** A number for a message that the program will answer. */
  nextMessage(): number;
  /**
   * Waits up to a number of ms for the answer to such a message; `undefined` if
   * it does not come.
   */
  waitForAnswer(message: number, timeout: number): bigint | undefined;
}
