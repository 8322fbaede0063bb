/**
 * Reads a known number of bytes.
 *
 * @module
 */

import { counted } from "../io/format.ts";
import { checkSize } from "../io/checks.ts";
import {
  beginWait,
  copyWait,
  remaining,
  type WaitOptions,
} from "../io/wait/wait_options.ts";

/** Reads bytes: a connection of any kind, or an end of a pipe. */
export interface ByteReader {
  /** Reads at most `buffer.byteLength` bytes and resolves to their number, or to null at the end. */
  read(buffer: Uint8Array, options?: WaitOptions): Promise<number | null>;
}

/**
 * Reads exactly `size` bytes, in as many reads as it takes, and nothing beyond
 * them. If it is cancelled, the bytes read until then are lost. Check a `size`
 * that comes from the other side before you pass it: the memory is allocated at
 * once.
 *
 * @throws {Deno.errors.UnexpectedEof} if the stream ends before
 * @throws {TypeError} or {@linkcode RangeError} for an invalid size
 * @throws the
 * errors of `connection.read()`, the signal's reason, or a `TimeoutError`
 *
 * @example
 * ```ts
 * import { connectPipe, listenPipe, readExactly } from "@winipc/winipc";
 *
 * await using listener = listenPipe("clock");
 * await using client = await connectPipe("clock"); // in another process
 * await using server = await listener.accept();
 * await server.write(new Uint8Array(12));
 *
 * const header = await readExactly(client, 8, { timeout: 5000 });
 * const rest = await readExactly(client, 4);
 * console.log(header.length, rest.length); // 8 4
 * ```
 */
export async function readExactly(
  connection: ByteReader,
  size: number,
  options: WaitOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  checkSize("size", size);
  const since = beginWait(options);
  const wait = copyWait(options);
  const whole = new Uint8Array(size);
  for (let at = 0; at < size;) {
    const rest = remaining(wait, since);
    const length = await connection.read(whole.subarray(at), rest);
    if (length === null) {
      throw new Deno.errors.UnexpectedEof(
        `Cannot read ${counted(size, "byte")}: the stream ended after ${at}`,
      );
    }
    at += length;
  }
  return whole;
}
