/**
 * What the program's thread and the window thread say to each other.
 *
 * Requests go through a message port, and a bell rings for them: the window
 * thread sleeps in Windows or on the bell, and never runs an event loop. The
 * replies come back through the same port, and are waited for. What happens to
 * windows is told as events, for which the event loop of the main thread is woken.
 *
 * @module
 */

import type { MessagePort } from "node:worker_threads";

/** The window to open. */
export interface WindowOptions {
  readonly title: string;
  readonly className: string;
  /** Whether only who knows of message-only windows finds it. */
  readonly messageOnly: boolean;
  /** Whether programs of a lower integrity level may send to it. */
  readonly allowLowerIntegrity: boolean;
  /** What takes its messages (handlers.ts); by default Windows does. */
  readonly handler?: string;
  /** What that handler is told of the window, as structured cloning copies it. */
  readonly settings?: unknown;
}

/** What is asked of the window thread. */
export type Request =
  | {
    readonly ask: "open";
    readonly window: number;
    readonly options: WindowOptions;
  }
  | { readonly ask: "close"; readonly window: number }
  | { readonly ask: "stop" }
  /** To bind all functions, while that is allowed. */
  | { readonly ask: "bind" }
  | {
    readonly ask: "answer";
    readonly message: number;
    readonly result: bigint;
  }
  | {
    readonly ask: "request";
    readonly handler: string;
    readonly request: unknown;
    /** Whether it is replied to when it is done. */
    readonly waits: boolean;
  };

/** The reply to `open`, `close`, `bind`, `stop`, and to a request that waits. */
export interface Reply {
  /** The handle of the window that was opened; 1 for one that is yet to close. */
  readonly value: bigint;
  /** The Windows function that failed, and its code. */
  readonly failed?: { readonly call: string; readonly code: number };
}

/** What happens to one window. */
export type WindowEvent =
  /** Data that came with a message. */
  | {
    readonly told: "data";
    readonly window: number;
    /** Whom to answer; 0 where it was answered. */
    readonly message: number;
    readonly tag: bigint;
    readonly sender: bigint;
    readonly bytes: Uint8Array<ArrayBuffer>;
  }
  /** What the window's handler tells. */
  | { readonly told: "event"; readonly window: number; readonly event: unknown }
  /** A message could not be taken. */
  | {
    readonly told: "trouble";
    readonly window: number;
    readonly reason: string;
  };

/** What the window thread tells. */
export type Told =
  | WindowEvent
  /** The window is gone, which was put off until messages were answered. */
  | { readonly told: "closed"; readonly window: number }
  | { readonly told: "failed"; readonly reason: string };

/** What the window thread starts with. */
export interface Start {
  readonly thread: "window";
  readonly port: MessagePort;
  /** For what happens to windows. */
  readonly events: EventsEnd;
  readonly bell: SharedArrayBuffer;
  /** Where its native calls are told, while a trace is taken. */
  readonly trace?: MessagePort | undefined;
}

/** The bell's cells, of 32 bits each: a counter of rings, … */
export const RINGS = 0;
/** … whether the window thread sleeps in Windows, where only a posted message wakes it, … */
export const IN_WINDOWS = 1;
/** … a counter of replies, … */
export const REPLIES = 2;
/** … the handle of the window that such a message is posted to: it fits in 32 bits, … */
export const CONTROL = 3;
/** … and whether a wake-up is on its way to the main thread. */
export const WAKE_POSTED = 4;
/** How many cells there are. */
export const CELLS = 5;

/** `WM_APP`, posted to wake the window thread. */
export const WM_WAKE = 0x8000;

/** One end of the way that events go. */
export interface EventsEnd {
  readonly port: MessagePort;
  readonly ring: SharedArrayBuffer;
}
