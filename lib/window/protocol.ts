/**
 * The messages between the program's thread and the window thread.
 *
 * Requests go through a message port, with a wake-up: the window thread blocks
 * in Windows or on shared memory, and never runs an event loop. Replies come
 * back through the same port, and the program waits for them. Events of windows
 * wake the event loop of the main thread.
 *
 * @module
 */

import type { MessagePort } from "node:worker_threads";

/** The window to open. */
export interface WindowOptions {
  readonly title: string;
  readonly className: string;
  /** Whether it is message-only: only searches for those find it. */
  readonly messageOnly: boolean;
  /** Whether programs of a lower integrity level may send to it. */
  readonly allowLowerIntegrity: boolean;
  /** The handler of its messages (handler_registry.ts); by default Windows. */
  readonly handler?: string;
  /** The handler's options for the window, copied by structured cloning. */
  readonly settings?: unknown;
}

/** A request to the window thread. */
export type Request =
  | {
    readonly type: "open";
    readonly window: number;
    readonly options: WindowOptions;
  }
  | { readonly type: "close"; readonly window: number }
  | { readonly type: "stop" }
  /** Binds all functions, while that is allowed. */
  | { readonly type: "bind" }
  | {
    readonly type: "answer";
    readonly message: number;
    readonly result: bigint;
  }
  | {
    readonly type: "request";
    /** The window that gets the event of an error, unless the request waits. */
    readonly window: number;
    readonly handler: string;
    readonly request: unknown;
    /** Whether it gets a reply when it is done. */
    readonly waits: boolean;
  };

/** The reply to `open`, `close`, `bind`, `stop`, and to a request that waits. */
export interface Reply {
  /** The handle of the opened window; 1 for one that is still closing. */
  readonly value: bigint;
  /** The Windows function that failed, and its code. */
  readonly failed?: { readonly call: string; readonly code: number };
}

/** An event of one window. */
export type WindowEvent =
  /** Data that came with a message. */
  | {
    readonly type: "data";
    readonly window: number;
    /** The number for the answer; 0 if it was answered. */
    readonly message: number;
    readonly tag: bigint;
    readonly sender: bigint;
    readonly bytes: Uint8Array<ArrayBuffer>;
  }
  /** An event from the window's handler. */
  | { readonly type: "event"; readonly window: number; readonly event: unknown }
  /** A message could not be accepted, or a request failed. */
  | {
    readonly type: "error";
    readonly window: number;
    readonly reason: string;
    /** The number of the data that was lost, as above. */
    readonly message?: number;
  };

/** The events of the window thread. */
export type WindowThreadEvent =
  | WindowEvent
  /** The window is destroyed, after messages were answered. */
  | { readonly type: "closed"; readonly window: number }
  /** Another program has destroyed the window. */
  | { readonly type: "destroyed"; readonly window: number }
  | { readonly type: "failed"; readonly reason: string };

/** The start parameters of the window thread. */
export interface Start {
  readonly thread: "window";
  readonly port: MessagePort;
  /** For the events of windows. */
  readonly events: EventsEnd;
  /** The cells below. */
  readonly shared: SharedArrayBuffer;
  /** The port for its native calls, during a trace. */
  readonly trace?: MessagePort | undefined;
}

/** The shared cells, of 32 bits each: how often the window thread was woken, … */
export const WAKE_COUNT = 0;
/** … whether the window thread blocks in Windows, where only a posted message wakes it, … */
export const IN_WINDOWS = 1;
/** … how many replies were sent, and one more without a reply after a failure, … */
export const REPLY_COUNT = 2;
/** … the handle of the window that gets such a message (it fits in 32 bits), … */
export const CONTROL_HANDLE = 3;
/** … and whether a wake-up of the main thread is pending. */
export const WAKE_POSTED = 4;
/** How many cells there are. */
export const CELLS = 5;

/** `WM_APP`, posted to wake the window thread. */
export const WM_WAKE = 0x8000;

/** One end of the channel for events. */
export interface EventsEnd {
  readonly port: MessagePort;
  readonly ring: SharedArrayBuffer;
}
