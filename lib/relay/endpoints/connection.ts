/**
 * Channels over connections of pipes and sockets.
 *
 * @module
 */

import type { Connection } from "../../io/connection.ts";
import { abortable } from "../../io/abortable.ts";
import type { PipeConnection } from "../../named_pipe/mod.ts";
import type { Channel } from "../channel.ts";

const FIRST_CHUNK = 4_096;
const LARGEST_CHUNK = 262_144;

/** A pipe's connection, in either mode. */
export function pipeChannel(
  connection: PipeConnection,
  maxSize: number,
): Channel {
  const close = () => connection[Symbol.asyncDispose]();
  const bytes = connection.mode === "byte";
  const { access } = connection;
  return {
    boundaries: !bytes,
    // A pipe in byte mode ends both ways at once.
    halves: false,
    ...access !== "write" && {
      receive: bytes
        ? chunks(connection)
        : (signal: AbortSignal) => connection.readMessage({ signal, maxSize }),
    },
    // What a pipe that is only read cannot take is told when it is sent.
    send: (bytes, signal) => connection.write(bytes, { signal }),
    ...access === "read" ? { closeWrite: () => Promise.resolve() } : !bytes && {
      closeWrite: (signal: AbortSignal) => connection.closeWrite({ signal }),
    },
    close,
  };
}

/** A TCP connection of Deno's own, which reads as much at once as there is. */
export function tcpChannel(connection: Deno.TcpConn): Channel {
  // What is written small goes at once, as through a pipe.
  connection.setNoDelay(true);
  return {
    boundaries: false,
    halves: true,
    receive: chunks({
      read: (buffer, wait) => abortable(connection.read(buffer), wait ?? {}),
    }),
    async send(bytes, signal) {
      for (let at = 0; at < bytes.byteLength;) {
        const writing = connection.write(bytes.subarray(at));
        at += await abortable(writing, { signal });
      }
    },
    closeWrite: () => connection.closeWrite(),
    close: () => connection.close(),
  };
}

/**
 * Reads into two buffers in turn, so that one can be read while the other is
 * written. They begin small, so that many idle partners hold little, and grow
 * while they come back full.
 */
export function chunks(
  connection: Pick<Connection, "read">,
): (signal: AbortSignal) => Promise<Uint8Array | null> {
  let [next, last] = [new Uint8Array(FIRST_CHUNK), new Uint8Array(FIRST_CHUNK)];
  return async (signal) => {
    const buffer = next;
    const length = await connection.read(buffer, { signal });
    const full = length === buffer.byteLength && length < LARGEST_CHUNK;
    next = full ? new Uint8Array(4 * length) : last;
    last = buffer;
    return length === null ? null : buffer.subarray(0, length);
  };
}
