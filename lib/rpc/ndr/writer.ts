/**
 * Writes bytes: little-endian, in a growing buffer.
 *
 * @module
 */

import { Deferred } from "./deferred.ts";

const FIRST_SIZE = 64;
/** Windows' first referent id, and the step to the next. */
const FIRST_REFERENT = 0x0002_0000;
const REFERENT_STEP = 4;

/** Writes NDR. */
export class NdrWriter extends Deferred {
  #bytes = new Uint8Array(FIRST_SIZE);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;
  #referent = FIRST_REFERENT;

  /** A copy of the written bytes. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  /** Pads with zeros to a multiple of `alignment`. */
  align(alignment: number): void {
    const end = Math.ceil(this.#length / alignment) * alignment;
    this.reserve(end - this.#length);
  }

  /** Adds `size` zeros and returns the view and the offset to set them. */
  reserve(size: number): { view: DataView; at: number } {
    const at = this.#length;
    this.#length += size;
    if (this.#length > this.#bytes.length) this.#grow();
    return { view: this.#view, at };
  }

  /** Writes an aligned 32-bit number. */
  u32(value: number): void {
    this.align(4);
    const { view, at } = this.reserve(4);
    view.setUint32(at, value, true);
  }

  /** Writes bytes unchanged. */
  raw(bytes: Uint8Array): void {
    const { at } = this.reserve(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /** Writes the next pointer that is not null. */
  referent(): void {
    this.u32(this.#referent);
    this.#referent += REFERENT_STEP;
  }

  #grow(): void {
    const bytes = new Uint8Array(
      Math.max(2 * this.#bytes.length, this.#length),
    );
    bytes.set(this.#bytes);
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}
