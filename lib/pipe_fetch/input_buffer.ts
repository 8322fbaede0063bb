/**
 * Received bytes that are not yet used.
 *
 * @module
 */

const FIRST_CAPACITY = 4096;

/** A queue of bytes: added at its end, taken from its front. */
export class InputBuffer {
  #bytes = new Uint8Array(FIRST_CAPACITY);
  #start = 0;
  #end = 0;

  /** How many bytes are in it. */
  get size(): number {
    return this.#end - this.#start;
  }

  /**
   * Space for `size` bytes after the last one. Bytes written there count after
   * {@linkcode InputBuffer.added}; there is one such space at a time.
   */
  space(size: number): Uint8Array {
    const { size: used } = this;
    if (this.#bytes.byteLength - this.#end < size) {
      const capacity = Math.max(2 * used, used + size);
      const from = this.#bytes.subarray(this.#start, this.#end);
      if (capacity > this.#bytes.byteLength) {
        this.#bytes = new Uint8Array(capacity);
        this.#bytes.set(from);
      } else {
        this.#bytes.copyWithin(0, this.#start, this.#end);
      }
      this.#start = 0;
      this.#end = used;
    }
    return this.#bytes.subarray(this.#end, this.#end + size);
  }

  /** Counts `size` bytes that were written to the space. */
  added(size: number): void {
    this.#end += size;
  }

  /** The index of the first `byte` at or after `from`, or -1. */
  indexOf(byte: number, from: number): number {
    const at = this.#bytes.subarray(0, this.#end)
      .indexOf(byte, this.#start + from);
    return at < 0 ? -1 : at - this.#start;
  }

  /** Removes the first bytes, at most `limit`, and returns a copy of them. */
  take(limit: number): Uint8Array<ArrayBuffer> {
    const size = Math.min(limit, this.size);
    const taken = this.#bytes.slice(this.#start, this.#start + size);
    this.#start += size;
    return taken;
  }
}
