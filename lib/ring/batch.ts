/**
 * Several messages at once.
 *
 * @module
 */

import { RECORD_HEADER, recordSize } from "./layout.ts";

/** Messages that were taken from a ring together. They share one buffer. */
export class RingBatch implements Iterable<Uint8Array<ArrayBuffer>> {
  /** How many messages there are. */
  readonly length: number;
  /** How many bytes of the ring they took. */
  readonly bytesTaken: number;
  /** The buffer behind all messages. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView<ArrayBuffer>;

  /** The messages that stand whole in `bytes`, none of them longer than `longest`. */
  constructor(bytes: Uint8Array<ArrayBuffer>, longest: number) {
    const { buffer, byteOffset, byteLength } = bytes;
    const view = new DataView(buffer, byteOffset, byteLength);
    let count = 0;
    let at = 0;
    while (at + RECORD_HEADER <= byteLength) {
      const length = view.getUint32(at, true);
      if (length > longest) break;
      const next = at + recordSize(length);
      if (next > byteLength) break;
      at = next;
      count++;
    }
    this.bytes = bytes;
    this.bytesTaken = at;
    this.length = count;
    this.#view = view;
  }

  /** The messages. */
  *[Symbol.iterator](): Generator<Uint8Array<ArrayBuffer>, void, void> {
    for (let at = 0; at < this.bytesTaken;) {
      const length = this.#view.getUint32(at, true);
      const start = at + RECORD_HEADER;
      yield this.bytes.subarray(start, start + length);
      at += recordSize(length);
    }
  }

  /**
   * Calls `visit` for each message with the shared buffer and where in it the
   * message begins and ends: for short messages cheaper than arrays of their own.
   */
  forEachRange(
    visit: (bytes: Uint8Array<ArrayBuffer>, start: number, end: number) => void,
  ): void {
    for (let at = 0; at < this.bytesTaken;) {
      const length = this.#view.getUint32(at, true);
      const start = at + RECORD_HEADER;
      visit(this.bytes, start, start + length);
      at += recordSize(length);
    }
  }
}
