/**
 * What a mechanism does in the window thread, and what it is given for that.
 *
 * @module
 */

import type { WindowEvent, WindowOptions } from "./protocol.ts";

/** A window of the window thread. */
export interface LoopWindow {
  /** The program's number for it. */
  readonly id: number;
  /** Windows' own. */
  readonly handle: bigint;
  /** How it was opened. */
  readonly options: WindowOptions;
  /** What takes its messages; by default Windows does. */
  readonly handler: WindowHandler | undefined;
  /** Whether it takes no more messages. */
  closing: boolean;
  /** How many calls of its procedure are under way, one within the other. */
  calls: number;
}

/** Takes the messages of windows whose options name it. */
export interface WindowHandler {
  /** Whether its windows close only while no message of any window waits for an answer. */
  readonly closesWhenIdle?: true;
  /** The messages that programs of a lower integrity level may send, where the window allows it. */
  messages(window: LoopWindow): readonly number[];
  /** Handles a message; `undefined` leaves it to Windows. */
  handle(
    window: LoopWindow,
    message: number,
    wParam: bigint,
    lParam: bigint,
  ): bigint | undefined;
  /** A window is there. When this throws, the window is closed again. */
  opened?(window: LoopWindow): void;
  /** A window is about to be destroyed. */
  closing?(window: LoopWindow): void;
  /** Does what the program asks. */
  request?(request: unknown): void;
  /** Whether a window that is to be closed has to wait. */
  isEnding?(window: LoopWindow): boolean;
  /** The thread ends. */
  end?(): void;
}

/** What the window thread does for a handler. */
export interface WindowHost {
  /** Tells the program what happened to a window. */
  tell(event: WindowEvent): void;
  /** The window with a handle. */
  byHandle(handle: bigint): LoopWindow | undefined;
  /** Opens a window that the program does not know. */
  open(id: number, options: WindowOptions): LoopWindow;
  /** Whether messages may be handled while another one is sent. */
  mayNest(): boolean;
  /** Does what the program has asked meanwhile. */
  processRequests(): void;
  /** Lets so many ms pass, in which windows hear what is sent to them. */
  sleep(milliseconds: number): void;
  /** A number for a message that the program is to answer. */
  nextMessage(): number;
  /** Waits so many ms for the answer to such a message; `undefined` when it does not come. */
  waitForAnswer(message: number, timeout: number): bigint | undefined;
}
