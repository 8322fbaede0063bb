/**
 * Received bytes that are not used yet.
 *
 * @module
 */

const FIRST_CAPACITY = 4096;

/** A queue of bytes: added at its end, taken from its front. */
export class ByteQueue {
  #buffer = new Uint8Array(FIRST_CAPACITY);
  #start = 0;
  #end = 0;

  /** How many bytes are in it. */
  get size(): number {
    return this.#end - this.#start;
  }

  /** The bytes in it, until it changes. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#buffer.subarray(this.#start, this.#end);
  }

  /**
   * Space for `size` bytes after the last one. Bytes written there count after
   * {@linkcode ByteQueue.added}; there is one such space at a time.
   */
  space(size: number): Uint8Array {
    const { size: used } = this;
    if (this.#buffer.byteLength - this.#end < size) {
      const capacity = Math.max(2 * used, used + size);
      if (capacity > this.#buffer.byteLength) {
        const from = this.bytes;
        this.#buffer = new Uint8Array(capacity);
        this.#buffer.set(from);
      } else this.#buffer.copyWithin(0, this.#start, this.#end);
      this.#start = 0;
      this.#end = used;
    }
    return this.#buffer.subarray(this.#end, this.#end + size);
  }

  /** Counts `size` bytes that were written to the space. */
  added(size: number): void {
    this.#end += size;
  }

  /** Adds a copy of `bytes`. */
  push(bytes: Uint8Array): void {
    this.space(bytes.byteLength).set(bytes);
    this.added(bytes.byteLength);
  }

  /** Removes the first bytes, at most `limit`, and returns a copy of them. */
  take(limit: number): Uint8Array<ArrayBuffer> {
    const taken = this.bytes.slice(0, limit);
    this.#start += taken.byteLength;
    return taken;
  }

  /** Removes the first `size` bytes. */
  skip(size: number): void {
    this.#start += size;
  }
}
