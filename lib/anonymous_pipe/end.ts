/**
 * One end of an anonymous pipe.
 *
 * @module
 */

import { BlockingHandle } from "../io/overlapped/blocking_handle.ts";
import type { IoHandle } from "../io/overlapped/io_handle.ts";
import { Connection, halvesOf } from "../io/stream/connection.ts";
import type { WaitOptions } from "../io/wait/wait_options.ts";

/** The direction of an end of an anonymous pipe. */
export type AnonymousPipeRole = "read" | "write";

/**
 * One end of an anonymous pipe: a {@linkcode Connection} in byte mode with data
 * in one direction. Made by {@linkcode createAnonymousPipe} and {@linkcode
 * spawn}.
 *
 * Closing the writing end ends the stream of the reading end. Closing the
 * reading end breaks the writing end, across processes too. Closing `writable`,
 * or cancelling `readable`, closes the end.
 *
 * @example
 * ```ts
 * import { createAnonymousPipe } from "@winipc/winipc";
 *
 * using pipe = createAnonymousPipe();
 * await pipe.write.write(new TextEncoder().encode("hello"));
 * pipe.write.close();
 * console.log(await new Response(pipe.read.readable).text());
 * ```
 */
export class AnonymousPipeEnd extends Connection {
  /** Whether this end reads or writes. */
  readonly role: AnonymousPipeRole;
  /**
   * Whether this end is meant for a child. If so, {@linkcode spawn} closes it
   * here.
   */
  readonly inheritable: boolean;

  /** Use {@linkcode createAnonymousPipe} or {@linkcode spawn}. */
  constructor(name: string, handle: IoHandle, role: AnonymousPipeRole) {
    super(name, "byte", { ...halvesOf(handle, name), oneWay: true });
    this.role = role;
    this.inheritable = handle instanceof BlockingHandle;
  }

  /** The bytes that arrive. Throws a `TypeError` at the writing end. */
  override get readable(): ReadableStream<Uint8Array<ArrayBuffer>> {
    this.#expect("read");
    return super.readable;
  }

  /**
   * The stream to write to. Throws a `TypeError` at the reading end. Closing it
   * closes this end, and the reader reaches the end of its stream.
   */
  override get writable(): WritableStream<Uint8Array> {
    this.#expect("write");
    return super.writable;
  }

  /**
   * Reads, like {@linkcode Connection.read}. Throws a `TypeError` at the
   * writing end.
   */
  override async read(
    buffer: Uint8Array,
    options: WaitOptions = {},
  ): Promise<number | null> {
    this.#expect("read");
    return await super.read(buffer, options);
  }

  /**
   * Writes, like {@linkcode Connection.write}. Throws a `TypeError` at the
   * reading end.
   */
  override async write(
    bytes: Uint8Array,
    options: WaitOptions = {},
  ): Promise<number> {
    this.#expect("write");
    return await super.write(bytes, options);
  }

  #expect(role: AnonymousPipeRole): void {
    if (role === this.role) return;
    throw new TypeError(
      `Cannot ${role} at "${this.name}": this is the ${
        this.role === "read" ? "reading" : "writing"
      } end`,
    );
  }
}
