/**
 * Channels over WebSockets.
 *
 * @module
 */

import { abortable } from "../../io/wait/abortable.ts";
import type { Channel } from "../channel.ts";
import type { BackpressureProxy } from "./backpressure_proxy.ts";

/** How many unread or unsent bytes to hold before the other side waits. */
const MAX_HELD = 1_048_576;
/** For how long a partner may take nothing before its connection is cut. */
const CLOSE_MS = 2_000;
const NORMAL = 1000;
const NORMAL_CODES = [NORMAL, 1001, 1005];

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The channel over a `socket` whose bytes go through `proxy`. */
export function webSocketChannel(
  socket: WebSocket,
  proxy: BackpressureProxy,
  text: boolean,
): Channel {
  const inbox = new WebSocketInbox(socket, proxy);
  const unsent = new SendBuffer(socket, proxy);
  return {
    messageBoundaries: true,
    halfClose: false,
    connected: true,
    receive: (signal) => inbox.receive(signal),
    async send(bytes, signal, progress) {
      signal.throwIfAborted();
      await unsent.wait(signal, progress);
      if (socket.readyState !== WebSocket.OPEN) {
        throw new Deno.errors.BrokenPipe("The other side has closed");
      }
      socket.send(
        text ? decoder.decode(bytes) : bytes as Uint8Array<ArrayBuffer>,
      );
    },
    async close() {
      const isOpen = socket.readyState === WebSocket.OPEN;
      let isLost = false;
      const cut = () => {
        isLost = isOpen && (unsent.isFull || proxy.bytesHeld > 0);
        proxy.close();
      };
      proxy.resume();
      // The last bytes of both sides must pass the proxy.
      await whileReading(proxy, unsent.wait());
      if (unsent.isFull) cut();
      else {
        if (socket.readyState < WebSocket.CLOSING) socket.close(NORMAL);
        await whileReading(proxy, inbox.closed.then(() => proxy.settled()));
        cut();
      }
      await Promise.all([inbox.closed, proxy.settled()]);
      if (!isLost) return;
      throw new Deno.errors.TimedOut(
        `Nothing was taken for ${CLOSE_MS} ms: what was sent last did not arrive`,
      );
    },
  };
}

/** Waits for `end`, or until the partner has taken nothing for a while. */
async function whileReading(
  proxy: BackpressureProxy,
  end: Promise<void>,
): Promise<void> {
  const { promise: idle, resolve } = Promise.withResolvers<void>();
  let taken = proxy.bytesSent;
  const timer = setInterval(() => {
    if (proxy.bytesSent === taken) resolve();
    taken = proxy.bytesSent;
  }, CLOSE_MS);
  await Promise.race([end, idle]).finally(() => clearInterval(timer));
}

/** Received and not yet taken. */
class WebSocketInbox {
  /** Resolves when the WebSocket is closed. */
  readonly closed: Promise<void>;
  readonly #proxy: BackpressureProxy;
  readonly #messages: Uint8Array[] = [];
  #held = 0;
  #end: CloseEvent | undefined;
  #arrival: PromiseWithResolvers<void> | undefined;

  constructor(socket: WebSocket, proxy: BackpressureProxy) {
    this.#proxy = proxy;
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => this.#add(data);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    socket.onclose = (event) => {
      this.#end = event;
      this.#arrival?.resolve();
      resolve();
    };
    // A close event follows an error, and carries the reason.
    socket.onerror = (event) => event.preventDefault();
  }

  async receive(signal: AbortSignal): Promise<Uint8Array | null> {
    for (;;) {
      signal.throwIfAborted();
      const message = this.#messages.shift();
      if (message !== undefined) {
        this.#held -= message.byteLength;
        if (this.#held <= MAX_HELD / 2) this.#proxy.resume();
        return message;
      }
      if (this.#end !== undefined) return this.#ended(this.#end);
      this.#arrival = Promise.withResolvers();
      await abortable(this.#arrival.promise, { signal });
    }
  }

  #add(data: string | ArrayBuffer): void {
    const bytes = typeof data === "string"
      ? encoder.encode(data)
      : new Uint8Array(data);
    this.#messages.push(bytes);
    this.#held += bytes.byteLength;
    if (this.#held > MAX_HELD) this.#proxy.pause();
    this.#arrival?.resolve();
  }

  #ended({ code, reason }: CloseEvent): null {
    if (NORMAL_CODES.includes(code)) return null;
    throw new Deno.errors.ConnectionReset(
      `The WebSocket was closed with the code ${code}${
        reason && `: ${reason}`
      }`,
    );
  }
}

/** Whether there is space to send more. */
class SendBuffer {
  readonly #socket: WebSocket;
  #change: PromiseWithResolvers<void> | undefined;

  constructor(socket: WebSocket, proxy: BackpressureProxy) {
    this.#socket = socket;
    proxy.onSent = () => this.#change?.resolve();
    socket.addEventListener("close", () => this.#change?.resolve());
  }

  /** Whether the maximum is unsent. */
  get isFull(): boolean {
    return this.#socket.readyState === WebSocket.OPEN &&
      this.#socket.bufferedAmount > MAX_HELD;
  }

  /** Waits until less than the maximum is unsent. */
  async wait(signal?: AbortSignal, progress?: () => void): Promise<void> {
    while (this.isFull) {
      this.#change = Promise.withResolvers();
      await abortable(this.#change.promise, { signal });
      progress?.();
    }
  }
}
