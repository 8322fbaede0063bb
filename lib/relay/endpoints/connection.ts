/**
 * Channels over connections of pipes and sockets.
 *
 * @module
 */

import type { Connection } from "../../io/stream/connection.ts";
import { abortable } from "../../io/wait/abortable.ts";
import type { PipeConnection } from "../../named_pipe/mod.ts";
import { isPeerGone } from "../../peer_gone.ts";
import type { Channel } from "../channel.ts";

const MIN_CHUNK_SIZE = 4_096;
const MAX_CHUNK_SIZE = 262_144;
const OWNED_CHUNK_SIZE = 65_536;

/** A pipe's connection, in either mode. */
export function pipeChannel(
  connection: PipeConnection,
  maxSize: number,
): Channel {
  const close = () => connection[Symbol.asyncDispose]();
  const bytes = connection.mode === "byte";
  const { access } = connection;
  return {
    messageBoundaries: !bytes,
    emptyEnds: !bytes,
    // A pipe in byte mode ends in both directions at once.
    halfClose: false,
    connected: true,
    ...access !== "write" && {
      receive: bytes
        ? chunks(connection)
        : (signal: AbortSignal) => connection.readMessage({ signal, maxSize }),
      hasLeft() {
        try {
          connection.peek();
          return false;
        } catch (error) {
          return isPeerGone(error);
        }
      },
    },
    // Data for a pipe that is only read; it cannot be sent.
    async send(data, signal) {
      // Many programs take a read of zero bytes for the end.
      if (bytes && data.byteLength === 0) return;
      await connection.write(data, { signal });
    },
    ...access === "read" ? { closeWrite: () => Promise.resolve() } : !bytes && {
      closeWrite: (signal: AbortSignal) => connection.closeWrite({ signal }),
    },
    close,
  };
}

/** A Deno TCP connection, which reads all available bytes at once. */
export function tcpChannel(connection: Deno.TcpConn): Channel {
  // Small writes are sent at once, as on a pipe.
  connection.setNoDelay(true);
  return {
    messageBoundaries: false,
    halfClose: true,
    connected: true,
    closeDiscards: "unread if it sends",
    receive: chunks({
      read: (buffer, wait) => abortable(connection.read(buffer), wait ?? {}),
    }),
    async send(bytes, signal, progress) {
      for (let at = 0; at < bytes.byteLength;) {
        const writing = connection.write(bytes.subarray(at));
        at += await abortable(writing, { signal });
        progress?.();
      }
    },
    closeWrite: () => connection.closeWrite(),
    close: () => connection.close(),
  };
}

/**
 * Reads into two buffers in turn, so that one can be read while the other is
 * written. They start small, so that idle partners need little memory, and grow
 * while reads fill them.
 */
export function chunks(
  connection: Pick<Connection, "read">,
): (signal: AbortSignal, keep?: boolean) => Promise<Uint8Array | null> {
  let [next, last] = [
    new Uint8Array(MIN_CHUNK_SIZE),
    new Uint8Array(MIN_CHUNK_SIZE),
  ];
  return async (signal, keep = false) => {
    const buffer = keep ? new Uint8Array(OWNED_CHUNK_SIZE) : next;
    const length = await connection.read(buffer, { signal });
    if (keep) return length === null ? null : buffer.slice(0, length);
    const full = length === buffer.byteLength && length < MAX_CHUNK_SIZE;
    next = full ? new Uint8Array(4 * length) : last;
    last = buffer;
    return length === null ? null : buffer.subarray(0, length);
  };
}
