/**
 * An end that exists only once, such as stdin: it belongs to the first partner
 * that sends or takes something. A partner that only connects and leaves does
 * not use it up.
 *
 * @module
 */

import { isPeerGone } from "../io/stream/is_peer_gone.ts";
import { abortable } from "../io/wait/abortable.ts";
import type { Channel } from "./channel.ts";
import type { Side } from "./session.ts";

/** Such an end, offered to one partner after another. */
export class OnceEnd {
  readonly #side: Side;
  readonly #signal: AbortSignal;
  /** Data that it gave and no partner took. */
  readonly #untaken: (Uint8Array | null)[] = [];
  #receiving: Promise<Uint8Array | null> | undefined;
  #used = false;
  #closed = false;

  /** Offers `side`, until `signal` is aborted. */
  constructor(side: Side, signal: AbortSignal) {
    this.#side = side;
    this.#signal = signal;
  }

  /** Whether a partner has sent or taken something. */
  get used(): boolean {
    return this.#used;
  }

  /** The end for the next partner, with the data that no earlier one took. */
  offered(): Side {
    const { name, channel } = this.#side;
    let at = 0;
    const receive = async (signal: AbortSignal) => {
      if (at < this.#untaken.length) return this.#untaken[at++]!;
      this.#receiving ??= channel.receive!(this.#signal);
      // If this partner leaves, the next one gets it.
      this.#receiving.catch(() => {});
      const bytes = await abortable(this.#receiving, { signal });
      this.#receiving = undefined;
      if (this.#used) return bytes;
      at = this.#untaken.push(bytes && bytes.slice());
      return bytes;
    };
    const closeWrite = async (signal: AbortSignal) => {
      this.#used = true;
      await channel.closeWrite!(signal);
    };
    return {
      name,
      channel: {
        ...flagsOf(channel),
        ...channel.receive && { receive },
        ...channel.send && { send: channel.send.bind(channel) },
        ...channel.closeWrite && { closeWrite },
        close: () => this.#used ? this.close() : undefined,
      },
    };
  }

  /** A partner whose traffic is observed. */
  partner({ name, channel }: Side): Side & { readonly left: () => boolean } {
    let left = false;
    const noticing = async <T>(passing: Promise<T>): Promise<T> => {
      try {
        const result = await passing;
        if (result === null) left = true;
        else this.#used = true;
        return result;
      } catch (error) {
        left ||= isPeerGone(error);
        throw error;
      }
    };
    return {
      name,
      left: () => left,
      channel: {
        ...flagsOf(channel),
        ...channel.receive && {
          receive: (signal) => noticing(channel.receive!(signal)),
        },
        ...channel.send && {
          send: (bytes, signal) => noticing(channel.send!(bytes, signal)),
        },
        ...channel.closeWrite && {
          closeWrite: channel.closeWrite.bind(channel),
        },
        close: channel.close.bind(channel),
      },
    };
  }

  /** Closes it. Safe to call twice. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#side.channel.close();
  }
}

function flagsOf({ boundaries, halves, apart, answers, ready }: Channel) {
  return {
    boundaries,
    halves,
    ...apart !== undefined && { apart },
    ...answers !== undefined && { answers },
    ...ready !== undefined && { ready },
  };
}
