/**
 * Channels over WebSockets.
 *
 * @module
 */

import { onAbort } from "../../io/wait/wait.ts";
import type { Channel } from "../channel.ts";
import type { Gate } from "./gate.ts";

/** How many unread or unsent bytes to hold before the other side waits. */
const MOST_HELD = 1_048_576;
/** For how long a partner may take nothing before its connection is cut. */
const CLOSE_MS = 2_000;
const NORMAL = 1000;
const PEACEFUL = [NORMAL, 1001, 1005];

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** The channel over a `socket` whose bytes go through `gate`. */
export function webSocketChannel(
  socket: WebSocket,
  gate: Gate,
  text: boolean,
): Channel {
  const inbox = new WebSocketInbox(socket, gate);
  const room = new Room(socket, gate);
  return {
    boundaries: true,
    halves: false,
    connected: true,
    receive: (signal) => inbox.receive(signal),
    async send(bytes, signal, progress) {
      signal.throwIfAborted();
      await room.wait(signal, progress);
      if (socket.readyState !== WebSocket.OPEN) {
        throw new Deno.errors.BrokenPipe("The other side has closed");
      }
      socket.send(
        text ? decoder.decode(bytes) : bytes as Uint8Array<ArrayBuffer>,
      );
    },
    async close() {
      gate.open();
      // The last bytes of both sides must pass the gate.
      await whileTaking(gate, room.wait());
      if (room.isFull) gate.close();
      else {
        if (socket.readyState < WebSocket.CLOSING) socket.close(NORMAL);
        await whileTaking(gate, inbox.closed.then(() => gate.settled()));
        gate.close();
      }
      await Promise.all([inbox.closed, gate.settled()]);
    },
  };
}

/** Waits for `end`, or until the partner has taken nothing for a while. */
async function whileTaking(gate: Gate, end: Promise<void>): Promise<void> {
  const { promise: idle, resolve } = Promise.withResolvers<void>();
  let taken = gate.bytesOut;
  const timer = setInterval(() => {
    if (gate.bytesOut === taken) resolve();
    taken = gate.bytesOut;
  }, CLOSE_MS);
  await Promise.race([end, idle]).finally(() => clearInterval(timer));
}

/** Received and not yet taken. */
class WebSocketInbox {
  /** Resolves when the WebSocket is closed. */
  readonly closed: Promise<void>;
  readonly #gate: Gate;
  readonly #messages: Uint8Array[] = [];
  #held = 0;
  #end: CloseEvent | undefined;
  #arrival: PromiseWithResolvers<void> | undefined;

  constructor(socket: WebSocket, gate: Gate) {
    this.#gate = gate;
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
        if (this.#held <= MOST_HELD / 2) this.#gate.open();
        return message;
      }
      if (this.#end !== undefined) return this.#ended(this.#end);
      this.#arrival = Promise.withResolvers();
      const disarm = onAbort({ signal }, this.#arrival.reject);
      await this.#arrival.promise.finally(disarm);
    }
  }

  #add(data: string | ArrayBuffer): void {
    const bytes = typeof data === "string"
      ? encoder.encode(data)
      : new Uint8Array(data);
    this.#messages.push(bytes);
    this.#held += bytes.byteLength;
    if (this.#held > MOST_HELD) this.#gate.shut();
    this.#arrival?.resolve();
  }

  #ended({ code, reason }: CloseEvent): null {
    if (PEACEFUL.includes(code)) return null;
    throw new Deno.errors.ConnectionReset(
      `The WebSocket was closed with the code ${code}${
        reason && `: ${reason}`
      }`,
    );
  }
}

/** Whether there is space to send more. */
class Room {
  readonly #socket: WebSocket;
  #change: PromiseWithResolvers<void> | undefined;

  constructor(socket: WebSocket, gate: Gate) {
    this.#socket = socket;
    gate.onOut = () => this.#change?.resolve();
    socket.addEventListener("close", () => this.#change?.resolve());
  }

  /** Whether the maximum is unsent. */
  get isFull(): boolean {
    return this.#socket.readyState === WebSocket.OPEN &&
      this.#socket.bufferedAmount > MOST_HELD;
  }

  /** Waits until less than the maximum is unsent. */
  async wait(signal?: AbortSignal, progress?: () => void): Promise<void> {
    while (this.isFull) {
      this.#change = Promise.withResolvers();
      const disarm = onAbort({ signal }, this.#change.reject);
      await this.#change.promise.finally(disarm);
      progress?.();
    }
  }
}
