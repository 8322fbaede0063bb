/**
 * Reads untrusted bytes: no step leads outside.
 *
 * @module
 */

import { counted } from "../../io/format.ts";
import { Deferred } from "./deferred.ts";
import { NdrError } from "./error.ts";

/** Reads NDR. */
export class NdrReader extends Deferred {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  /** Reads `bytes` from their beginning. */
  constructor(bytes: Uint8Array) {
    super();
    const { buffer, byteOffset, byteLength } = bytes;
    // Node's Buffer is a Uint8Array whose slice() does not copy.
    this.#bytes = new Uint8Array(buffer, byteOffset, byteLength);
    this.#view = new DataView(buffer, byteOffset, byteLength);
  }

  /** Skips to a multiple of `alignment`. */
  align(alignment: number): void {
    this.take(Math.ceil(this.#at / alignment) * alignment - this.#at);
  }

  /** Skips `size` bytes and returns the view and the offset to read them. */
  take(size: number): { view: DataView; at: number } {
    const at = this.#at;
    if (size > this.#bytes.length - at) {
      throw new NdrError(
        `Invalid data: they end at byte ${this.#bytes.length}, before ${
          counted(size, "byte")
        } at ${at}`,
      );
    }
    this.#at += size;
    return { view: this.#view, at };
  }

  /** Reads an aligned 32-bit number. */
  u32(): number {
    this.align(4);
    const { view, at } = this.take(4);
    return view.getUint32(at, true);
  }

  /** Reads `size` bytes as a copy. */
  raw(size: number): Uint8Array<ArrayBuffer> {
    const { at } = this.take(size);
    return this.#bytes.slice(at, at + size);
  }

  /** Throws if `count` values of at least `least` bytes cannot be there. */
  checkCount(count: number, least: number): void {
    if (count * least <= this.#bytes.length - this.#at) return;
    throw new NdrError(
      `Invalid data: a count of ${count} is more than the data hold`,
    );
  }
}
