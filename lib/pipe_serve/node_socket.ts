/**
 * A pipe's connection as the socket that `node:http` works on.
 *
 * @module
 */

import type { Duplex } from "node:stream";
import { MAX_DELAY } from "../io/wait/on_abort.ts";
import { concat } from "../io/concat.ts";
import type { PipeConnection } from "../named_pipe/mod.ts";
import { nodeModule } from "../win32/node_modules.ts";

/** A stream with those methods of `net.Socket` that `node:http` calls. */
export interface PipeSocket extends Duplex {
  /** Emits `timeout` after `ms` without a further call; never for 0. */
  setTimeout(ms: number): unknown;
  /** Ends the stream, and destroys it when all is written. */
  destroySoon(): void;
  /**
   * Stops reading, and resolves to what was read and not used. From then on the
   * caller reads and writes, and the socket closes the connection.
   */
  release(): Promise<Uint8Array<ArrayBuffer>>;
}

/** How a socket is read. */
export interface PipeSocketOptions {
  /** Called with the number of bytes of each read, before they are used. */
  received(size: number): void;
  /** Called when the client leaves, before its last bytes are used. */
  left(): void;
  /** Called when the client has left, or the socket was destroyed. */
  closed(): void;
}

const READ_SIZE = 65_536;
const NOTHING = new Uint8Array(0);

/**
 * Creates the socket, which owns `connection`. One read is always ahead of the
 * consumer, who may pause the stream, so the end of the client is noticed.
 */
export function pipeSocket(
  connection: PipeConnection,
  { received, left, closed }: PipeSocketOptions,
): PipeSocket {
  const { Duplex } = nodeModule("node:stream");
  const buffer = new Uint8Array(READ_SIZE);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const released = new AbortController();
  const { signal } = released;
  const next = async () => {
    let length: number | null = null;
    try {
      length = await connection.read(buffer, { signal });
      return length === null ? null : buffer.slice(0, length);
    } finally {
      if (length === null && !socket.destroyed && !signal.aborted) left();
    }
  };
  let ahead: ReturnType<typeof next> | undefined;
  const receive = async () => {
    try {
      const bytes = await (ahead ??= next());
      if (socket.destroyed || signal.aborted) return;
      if (bytes === null) return void socket.push(null);
      received(bytes.byteLength);
      ahead = next();
      ahead.catch(() => {});
      socket.push(bytes);
    } catch (error) {
      if (!signal.aborted) socket.destroy(error as Error);
    }
  };
  // In message mode, an empty message would be the end.
  const write = async (chunk: Uint8Array) => {
    if (chunk.byteLength > 0) await connection.write(chunk);
  };
  const socket = Object.assign(
    new Duplex({
      read: () => void receive(),
      write(chunk, _encoding, done) {
        write(chunk).then(() => done(), done);
      },
      // The connection gathers small writes that are made at once.
      writev(chunks, done) {
        Promise.all(chunks.map(({ chunk }) => write(chunk)))
          .then(() => done(), done);
      },
      destroy(error, done) {
        clearTimeout(timer);
        connection[Symbol.asyncDispose]().catch(() => {}).then(() => {
          closed();
          done(error);
        });
      },
    }),
    {
      setTimeout(ms: number): unknown {
        clearTimeout(timer);
        if (ms > 0 && !socket.destroyed) {
          // `node:http` adds 1 s to its option, and a longer timer fires at once.
          const wait = Math.min(ms, MAX_DELAY);
          timer = setTimeout(() => socket.emit("timeout"), wait);
          Deno.unrefTimer(timer);
        }
        return socket;
      },
      destroySoon(): void {
        socket.end();
        if (socket.writableFinished) socket.destroy();
        else socket.once("finish", () => socket.destroy());
      },
      async release(): Promise<Uint8Array<ArrayBuffer>> {
        released.abort();
        const unused: Uint8Array<ArrayBuffer> = socket.read() ?? NOTHING;
        // A read that succeeds while it is cancelled gives its bytes.
        const last = await ahead?.catch(() => null) ?? NOTHING;
        return concat([unused, last]);
      },
    },
  );
  // `node:http` removes its own listener when a connection is upgraded.
  socket.on("error", () => {});
  return socket;
}
