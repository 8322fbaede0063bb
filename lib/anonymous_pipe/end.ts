/**
 * One end of an anonymous pipe.
 *
 * @module
 */

import { BlockingHandle } from "../io/blocking.ts";
import type { Channel } from "../io/channel.ts";
import { Connection, halvesOf } from "../io/connection.ts";
import type { WaitOptions } from "../io/wait.ts";

/** What an end of an anonymous pipe is for. */
export type AnonymousPipeRole = "read" | "write";

/**
 * One end of an anonymous pipe: a {@linkcode Connection} in byte mode whose data
 * goes one way. Made by {@linkcode createAnonymousPipe} and {@linkcode spawn}.
 *
 * Closing the writing end is what ends the stream of the reading end, and
 * closing the reading end breaks the writing end, also across processes. The
 * end of `writable`, or of `readable`, closes the end.
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
  /** Whether this end is made for a child, in which case {@linkcode spawn} closes it here. */
  readonly inheritable: boolean;

  /** Use {@linkcode createAnonymousPipe} or {@linkcode spawn}. */
  constructor(name: string, handle: Channel, role: AnonymousPipeRole) {
    super(name, "byte", { ...halvesOf(handle, name), oneWay: true });
    this.role = role;
    this.inheritable = handle instanceof BlockingHandle;
  }

  /** The bytes that arrive; for the reading end only, else it throws a `TypeError`. */
  override get readable(): ReadableStream<Uint8Array<ArrayBuffer>> {
    this.#expect("read");
    return super.readable;
  }

  /**
   * Where bytes are written; for the writing end only, else it throws a
   * `TypeError`. Closing it closes the end, which the reader sees as the end.
   */
  override get writable(): WritableStream<Uint8Array> {
    this.#expect("write");
    return super.writable;
  }

  /** Reads, as {@linkcode Connection.read} does; the writing end throws a `TypeError`. */
  override async read(
    buffer: Uint8Array,
    options: WaitOptions = {},
  ): Promise<number | null> {
    this.#expect("read");
    return await super.read(buffer, options);
  }

  /** Writes, as {@linkcode Connection.write} does; the reading end throws a `TypeError`. */
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
