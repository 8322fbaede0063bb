/**
 * Receives ahead while a send is blocked, to notice that the source has left.
 *
 * @module
 */

import type { Channel } from "./channel.ts";

/**
 * How many bytes to receive ahead. If a source has sent more, that it has left
 * is noticed when the send continues.
 */
const MAX_AHEAD = 1_048_576;

/** The data of a channel, and whether its partner has left behind it. */
export class Lookahead {
  readonly #channel: Channel;
  readonly #receive: (keep: boolean) => Promise<Uint8Array | null>;
  readonly #held: Uint8Array[] = [];
  #size = 0;
  #next: Promise<Uint8Array | null> | undefined;

  /** `receive` gives bytes that stay valid, with `keep`. */
  constructor(
    channel: Channel,
    receive: (keep: boolean) => Promise<Uint8Array | null>,
  ) {
    this.#channel = channel;
    this.#receive = receive;
  }

  /** The next bytes or message, or null at the end. */
  next(): Promise<Uint8Array | null> {
    const held = this.#held.shift();
    if (held !== undefined) {
      this.#size -= held.byteLength;
      return Promise.resolve(held);
    }
    const next = this.#next ?? this.#receive(false);
    this.#next = undefined;
    return next;
  }

  /** Receives the next bytes now. */
  prefetch(): void {
    if (this.#held.length === 0) this.#begin(false);
  }

  /**
   * Receives ahead until the partner has left, there is too much, or `next()`
   * is called.
   */
  async hasLeft(): Promise<boolean> {
    while (this.#size < MAX_AHEAD) {
      const next = this.#begin(true);
      let bytes: Uint8Array | null;
      try {
        bytes = await next;
      } catch {
        return this.#next === next;
      }
      if (this.#next !== next) return false;
      // The other side of a socket may have closed only its writing half.
      if (bytes === null) return !this.#channel.halfClose;
      this.#next = undefined;
      this.#held.push(bytes);
      this.#size += bytes.byteLength;
    }
    return false;
  }

  #begin(keep: boolean): Promise<Uint8Array | null> {
    if (this.#next === undefined) {
      this.#next = this.#receive(keep);
      this.#next.catch(() => {});
    }
    return this.#next;
  }
}
