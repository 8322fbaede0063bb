/**
 * An end that exists only once, such as stdin: it is offered to all partners,
 * and belongs to the first that sends or takes something. One that is silent, or
 * connects and leaves, neither uses it up nor holds it up.
 *
 * @module
 */

import { abortable } from "../io/wait/abortable.ts";
import { SharedPromise } from "../io/wait/shared_promise.ts";
import type { Channel } from "./channel.ts";
import { atEnd } from "./errors.ts";
import type { Side } from "./session.ts";

/** The end, as one partner sees it. */
export interface Offer {
  /** The partner. Its first data makes the end its own. */
  readonly partner: Side;
  readonly end: Side;
  /** Aborted when the end belongs to another partner. */
  readonly signal: AbortSignal;
  /** Whether the end belongs to this partner. */
  readonly isOwner: boolean;
}

export interface SingleUseOptions {
  /** Whether the end only gives: then its end alone is something to take. */
  readonly givesOnly: boolean;
  /** Called when it belongs to a partner. */
  readonly onTaken: () => void;
  readonly signal: AbortSignal;
}

/** Such an end, offered to all partners. */
export class SingleUseEnd {
  /** The error with which it failed before it belonged to a partner. */
  failure: { readonly error: unknown } | undefined;
  readonly #side: Side;
  readonly #options: SingleUseOptions;
  readonly #candidates = new Set<Candidate>();
  #owner: Candidate | undefined;
  /** The candidate that is sent the first data. */
  #receiver: Candidate | undefined;
  /** The first data, until a partner has taken it. */
  #first: SharedPromise<Uint8Array | null> | undefined;
  #firstIsTaken = false;
  /** It gives nothing, and has ended. */
  #isEmpty = false;
  #changed = Promise.withResolvers<void>();
  #closed = false;

  constructor(side: Side, options: SingleUseOptions) {
    this.#side = side;
    this.#options = options;
  }

  /** Offers it to a partner, until the partner's view of it is closed. */
  offer({ name, channel }: Side): Offer {
    const candidate = new Candidate();
    if (this.#owner === undefined) this.#candidates.add(candidate);
    else candidate.over.abort(taken());
    const noticing = async <T>(passing: Promise<T>): Promise<T> => {
      const result = await passing;
      if (result !== null) this.#claim(candidate);
      else {
        candidate.ended = true;
        this.#notifyChange();
      }
      return result;
    };
    const isOwner = () => this.#owner === candidate;
    return {
      partner: {
        name,
        channel: {
          ...channel,
          ...channel.receive && {
            receive: (signal, keep) => noticing(channel.receive!(signal, keep)),
          },
          ...channel.send && {
            send: (bytes, signal, progress) =>
              noticing(channel.send!(bytes, signal, progress)),
          },
        },
      },
      end: { name: this.#side.name, channel: this.#channelFor(candidate) },
      signal: candidate.over.signal,
      get isOwner() {
        return isOwner();
      },
    };
  }

  /** Closes it; it is offered no more. Safe to call twice. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const { over } of this.#candidates) over.abort(taken());
    await this.#side.channel.close();
  }

  #channelFor(candidate: Candidate): Channel {
    const { channel } = this.#side;
    const receive = (signal: AbortSignal) => this.#receive(candidate, signal);
    const owned = async (signal: AbortSignal) => {
      while (this.#owner !== candidate && !this.#isEmpty) {
        await this.#change(signal);
      }
    };
    const closeWrite = async (signal: AbortSignal) => {
      await owned(signal);
      if (this.#owner === candidate) await channel.closeWrite!(signal);
    };
    return {
      ...channel,
      owned,
      ...channel.receive && { receive },
      ...channel.closeWrite && { closeWrite },
      close: () => {
        if (this.#owner === candidate) return this.close();
        this.#withdraw(candidate);
      },
    };
  }

  async #receive(
    candidate: Candidate,
    signal: AbortSignal,
  ): Promise<Uint8Array | null> {
    while (this.#owner !== candidate) {
      if (this.#owner !== undefined || this.#receiver !== undefined) {
        await this.#change(signal);
        continue;
      }
      const bytes = await this.#receiveFirst().wait({ signal });
      if (this.#owner !== undefined || this.#receiver !== undefined) continue;
      if (bytes === null) {
        if (this.#options.givesOnly) this.#claim(candidate);
        return null;
      }
      if (this.#preferred() === candidate) {
        this.#receiver = candidate;
        return bytes;
      }
      await this.#change(signal);
    }
    if (this.#firstIsTaken) return await this.#side.channel.receive!(signal);
    const first = await this.#receiveFirst().wait({ signal });
    this.#firstIsTaken = true;
    return first;
  }

  /** Received once for all; nobody receives beside it. */
  #receiveFirst(): SharedPromise<Uint8Array | null> {
    if (this.#first !== undefined) return this.#first;
    const { name, channel } = this.#side;
    const receiving = channel.receive!(this.#options.signal).then((bytes) => {
      if (bytes === null) {
        this.#isEmpty = true;
        this.#notifyChange();
      }
      return bytes && bytes.slice();
    }, (error) => {
      this.failure = { error: atEnd(name, error) };
      throw error;
    });
    return this.#first = new SharedPromise<Uint8Array | null>(receiving);
  }

  /** The oldest one that may still send; else the oldest. */
  #preferred(): Candidate | undefined {
    const all = [...this.#candidates];
    return all.find(({ ended }) => !ended) ?? all[0];
  }

  /**
   * Makes it the candidate's.
   *
   * @throws the reason of its signal if it belongs to another one
   */
  #claim(candidate: Candidate): void {
    candidate.over.signal.throwIfAborted();
    if (this.#owner === candidate) return;
    this.#owner = candidate;
    if (this.#receiver === candidate) this.#firstIsTaken = true;
    for (const other of this.#candidates) {
      if (other !== candidate) other.over.abort(taken());
    }
    this.#candidates.clear();
    this.#notifyChange();
    this.#options.onTaken();
  }

  #withdraw(candidate: Candidate): void {
    this.#candidates.delete(candidate);
    if (this.#receiver === candidate) this.#receiver = undefined;
    this.#notifyChange();
  }

  async #change(signal: AbortSignal): Promise<void> {
    await abortable(this.#changed.promise, { signal });
  }

  #notifyChange(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

/** Why the others end. The first DOMException of a program takes a fifth of its start. */
function taken(): DOMException {
  return new DOMException("Another partner was first", "AbortError");
}

/** A partner that may become the owner. */
class Candidate {
  readonly over = new AbortController();
  /** It sends nothing more. */
  ended = false;
}
