/** What the tests of relays share. */

import {
  connectSocket,
  type Relay,
  relay,
  type RelayOptions,
  type SocketConnection,
} from "../../mod.ts";
import { bytes } from "../support/names.ts";
import { startNode } from "../support/partners.ts";
import type { Peer } from "../support/peer.ts";

/** A relay that runs, and where partners reach it. */
export interface Started extends AsyncDisposable {
  readonly relay: Relay;
  readonly ready: string[];
  /** What went wrong with single partners. */
  readonly errors: unknown[];
  /** Resolves with the first of them. */
  readonly failed: Promise<unknown>;
}

/** Starts a relay of this process. */
export async function started(
  from: string,
  to: string,
  options: RelayOptions = {},
): Promise<Started> {
  const ready: string[] = [];
  const errors: unknown[] = [];
  const { promise: failed, resolve: fail } = Promise.withResolvers<unknown>();
  const running = await relay(from, to, {
    ...options,
    onReady: (where) => void ready.push(where),
    onError: (error) => {
      errors.push(error);
      fail(error);
    },
  });
  return {
    relay: running,
    ready,
    errors,
    failed,
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}

export { freePort } from "../rpc/helpers.ts";

/** Node for Windows with a script of this folder. */
export function node(script: string, ...args: (string | number)[]): Peer {
  return startNode(new URL(`./peers/${script}.ts`, import.meta.url), args);
}

/** Opens a WebSocket. */
export async function webSocket(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = (event) => {
      event.preventDefault();
      reject(new Error((event as ErrorEvent).message));
    };
  });
  return socket;
}

/** A WebSocket that takes nothing by itself, and leaves without a word. */
export async function rawWebSocket(url: string): Promise<SocketConnection> {
  const connection = await connectSocket(url.replace("ws://", ""));
  const head = [
    "GET / HTTP/1.1",
    "Host: x",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Key: ${btoa("0123456789abcdef")}`,
    "\r\n",
  ];
  await connection.write(bytes(head.join("\r\n")));
  return connection;
}

/** Closes a WebSocket, and waits for its end. */
export async function closed(socket: WebSocket): Promise<CloseEvent> {
  // Its event is over.
  if (socket.readyState === WebSocket.CLOSED) {
    throw new Error("The WebSocket has closed before");
  }
  const end = new Promise<CloseEvent>((resolve) => socket.onclose = resolve);
  socket.close();
  return await end;
}

/** The pending timers of one delay, which a test can end early. */
export class Timers implements Disposable {
  readonly #pending = new Map<unknown, () => void>();
  readonly #originals = { setTimeout, clearTimeout };

  constructor(delay: number) {
    const { setTimeout: set, clearTimeout: clear } = this.#originals;
    globalThis.setTimeout = ((callback: () => void, ms?: number) => {
      const id = set(callback, ms);
      if (ms === delay) this.#pending.set(id, callback);
      return id;
    }) as typeof setTimeout;
    globalThis.clearTimeout = ((id: number) => {
      this.#pending.delete(id);
      clear(id);
    }) as typeof clearTimeout;
  }

  /** How many there are. */
  get size(): number {
    return this.#pending.size;
  }

  /** Ends all of them. */
  end(): void {
    for (const [id, callback] of [...this.#pending]) {
      clearTimeout(id as number);
      callback();
    }
  }

  [Symbol.dispose](): void {
    Object.assign(globalThis, this.#originals);
  }
}
