/**
 * Joins the ends of a relay: one channel with another, or each partner with its
 * own far end.
 *
 * @module
 */

import { isPeerGone } from "../peer_gone.ts";
import type { Channel, Connector, Listener, ListeningEnd } from "./channel.ts";
import type { Counts } from "./counts.ts";
import { namingEnd } from "./errors.ts";
import { framed } from "./framing.ts";
import { SingleUseEnd } from "./single_use_end.ts";
import type { Checked } from "./options.ts";
import { closeBoth, join, type Side } from "./session.ts";

/** The shared state of one relay. */
export interface Work {
  readonly options: Checked;
  readonly counts: Counts;
  readonly signal: AbortSignal;
  /** Aborted when nothing more is to be relayed from FROM to TO. */
  readonly last: AbortSignal;
  /** Called for each message relayed from FROM to TO. */
  readonly passed: () => void;
}

type Joinable = Connector | ListeningEnd;

/**
 * Opens everything that can be opened at once, and returns a function that runs
 * until the end.
 */
export async function joinEnds(
  from: Joinable,
  to: Joinable,
  work: Work,
): Promise<() => Promise<void>> {
  if (from.kind === "connect" && to.kind === "connect") {
    const near = await open(from, work);
    const far = await open(to, work).catch(async (error) => {
      await near.channel.close();
      throw error;
    });
    return () => pass(near, far, work);
  }
  return await new Partners(from, to, work).start();
}

/** Opens an end's channel. */
export async function open(
  end: Connector,
  { options, signal }: Work,
): Promise<Side> {
  const { name } = end;
  const { wait } = options;
  const channel = await namingEnd(name, () => end.open({ signal, wait }));
  await announce(channel, options);
  return { name, channel };
}

/**
 * Calls `onReady` if partners can reach `end`. If it throws, the end is closed:
 * the caller gets nothing that it could close.
 */
async function announce(
  end: { readonly ready?: string; close(): void | Promise<void> },
  { onReady }: Checked,
): Promise<void> {
  try {
    if (end.ready !== undefined) onReady(end.ready);
  } catch (error) {
    await end.close();
    throw error;
  }
}

/** Joins two channels, with frames if needed. */
async function pass(from: Side, to: Side, work: Work): Promise<void> {
  const { options, counts, signal, last } = work;
  const { oneWay, linger, tap } = options;
  const partner = ++counts.partners;
  await join(...await framedAlike(from, to, options), {
    oneWay,
    linger,
    signal,
    last,
    onChunk(direction, bytes) {
      counts.add(direction, bytes.byteLength);
      return tap?.({ direction, partner, bytes });
    },
    onDelivered(direction) {
      if (direction === "forward") work.passed();
    },
    onRefused(error) {
      counts.failed++;
      options.onError(error);
    },
  });
}

/**
 * Both sides; if only one has messages, the other is framed. If neither has, a
 * frame is refused, and both are closed: whether a pipe has messages is known
 * only when it is open.
 */
async function framedAlike(
  from: Side,
  to: Side,
  options: Checked,
): Promise<[from: Side, to: Side]> {
  const { frame = "none" } = options;
  const { messageBoundaries } = from.channel;
  if (messageBoundaries !== to.channel.messageBoundaries) {
    return [inFrames(from, options), inFrames(to, options)];
  }
  if (messageBoundaries || frame === "none") return [from, to];
  await closeBoth(from, to);
  throw new TypeError(
    `Invalid frame "${frame}": ${from.name} and ${to.name} both carry bytes, so there are no messages`,
  );
}

/** `side` with message boundaries, if the options have a frame for it. */
export function inFrames(side: Side, options: Checked): Side {
  const { name, channel } = side;
  // People and scripts write lines.
  const unset = name === "stdio" ? "line" : "none";
  const { frame = unset, maxMessageSize } = options;
  if (channel.messageBoundaries || frame === "none") return side;
  return { name, channel: framed(channel, frame, maxMessageSize) };
}

/** Accepts partners at one end, or at both. */
class Partners {
  readonly #from: Joinable;
  readonly #to: Joinable;
  readonly #work: Work;
  /** Ends the waiting for partners. */
  readonly #until: AbortSignal;
  readonly #sessions = new Set<Promise<void>>();
  #listeners: { from?: Listener; to?: Listener } = {};
  #closing: Promise<unknown> | undefined;

  constructor(from: Joinable, to: Joinable, work: Work) {
    this.#from = from;
    this.#to = to;
    this.#work = work;
    this.#until = AbortSignal.any([work.signal, work.last]);
  }

  async start(): Promise<() => Promise<void>> {
    try {
      if (this.#to.kind === "listen") {
        this.#listeners.to = await this.#listen(this.#to);
      }
      if (this.#from.kind === "listen") {
        this.#listeners.from = await this.#listen(this.#from);
      }
    } catch (error) {
      await this.#close();
      throw error;
    }
    return () => this.#serve();
  }

  async #listen(end: ListeningEnd): Promise<Listener> {
    const listener = await namingEnd(end.name, () => end.listen());
    await announce(listener, this.#work.options);
    return listener;
  }

  async #serve(): Promise<void> {
    const { from, to } = this.#listeners;
    const [near, far] = from === undefined
      ? [this.#to, this.#from]
      : [this.#from, this.#to];
    const nearListener = from ?? to!;
    const farListener = from === undefined ? undefined : to;
    try {
      if (far.kind === "connect" && far.singleUse) {
        return await this.#serveSingleUse(near, nearListener, far);
      }
      for (;;) {
        const [first, second] = farListener === undefined
          ? [await this.#accept(near, nearListener)]
          : await this.#pair([near, nearListener], [far, farListener]);
        const session = this.#session(first, second, far);
        const done = session.catch((error) => this.#failed(error))
          .finally(() => this.#sessions.delete(done));
        this.#sessions.add(done);
      }
    } finally {
      await this.#close();
      await Promise.all(this.#sessions);
    }
  }

  async #accept(
    end: Joinable,
    listener: Listener,
    signal = this.#until,
  ): Promise<Side> {
    const { name } = end;
    const channel: Channel = await namingEnd(
      name,
      () => listener.accept(signal),
    );
    return { name, channel };
  }

  /**
   * The next partners of two listening ends. One that has left without a word
   * while it waited for the other is not joined with it.
   */
  async #pair(
    ...ends: [[Joinable, Listener], [Joinable, Listener]]
  ): Promise<[Side, Side]> {
    const [near, far] = ends;
    let first: Side | undefined;
    let second: Side | undefined;
    try {
      for (;;) {
        first ??= await this.#accept(...near);
        second ??= await this.#accept(...far);
        const gone = [first, second].filter(({ channel }) =>
          channel.hasLeft?.()
        );
        if (gone.length === 0) return [first, second];
        if (gone.includes(first)) first = undefined;
        if (gone.includes(second!)) second = undefined;
        for (const { channel } of gone) await channel.close();
      }
    } catch (error) {
      await first?.channel.close();
      await second?.channel.close();
      throw error;
    }
  }

  /** Joins a partner with its far end, which is opened unless it connected too. */
  async #session(
    first: Side,
    second: Side | undefined,
    far: Joinable,
  ): Promise<void> {
    const work = { ...this.#work, signal: this.#until };
    const other = second ??
      await open(far as Connector, work).catch(async (error) => {
        await first.channel.close();
        throw error;
      });
    await this.#pass(first, other);
  }

  /**
   * Offers the far end that exists once to all partners, until the first that
   * sends or takes something has ended.
   */
  async #serveSingleUse(
    near: Joinable,
    listener: Listener,
    far: Connector,
  ): Promise<void> {
    const { options, signal } = this.#work;
    const taken = new AbortController();
    const over = Promise.withResolvers<void>();
    let end: SingleUseEnd | undefined;
    const onTaken = () => {
      taken.abort();
      // A later partner would wait forever.
      this.#close().catch(over.reject);
    };
    // FROM only gives, if the other direction is dropped.
    const isFrom = this.#listeners.from === undefined;
    const accepting = async () => {
      const until = AbortSignal.any([signal, taken.signal]);
      for (;;) {
        const first = await this.#accept(near, listener, until);
        try {
          const side = end === undefined && await open(far, this.#work);
          if (side) {
            const givesOnly = side.channel.send === undefined ||
              options.oneWay && isFrom;
            end = new SingleUseEnd(side, { givesOnly, onTaken, signal });
          }
        } catch (error) {
          await first.channel.close();
          throw error;
        }
        this.#offer(end!, first, over);
      }
    };
    accepting().catch((error) => {
      if (!taken.signal.aborted) over.reject(error);
    });
    try {
      await over.promise;
    } finally {
      await this.#close();
      await end?.close();
    }
  }

  /** Joins a partner with the end that exists once, as long as it is free. */
  #offer(
    end: SingleUseEnd,
    first: Side,
    over: PromiseWithResolvers<void>,
  ): void {
    const { signal } = this.#work;
    const offer = end.offer(first);
    const until = AbortSignal.any([signal, offer.signal]);
    const session = this.#pass(offer.partner, offer.end, until).then(
      () => {
        if (offer.isOwner) over.resolve();
      },
      (error) => {
        if (offer.isOwner) over.reject(error);
        else if (end.failure !== undefined) over.reject(end.failure.error);
        else if (!until.aborted && !isPeerGone(error)) this.#failed(error);
      },
    ).finally(() => this.#sessions.delete(session));
    this.#sessions.add(session);
  }

  #pass(
    partner: Side,
    far: Side,
    signal = this.#work.signal,
  ): Promise<void> {
    const work = { ...this.#work, signal };
    return this.#listeners.from !== undefined
      ? pass(partner, far, work)
      : pass(far, partner, work);
  }

  #failed(error: unknown): void {
    const { aborted, reason } = this.#until;
    const isReason = error === reason || (error as Error).cause === reason;
    if (aborted && isReason) return;
    this.#work.counts.failed++;
    this.#work.options.onError(error);
  }

  async #close(): Promise<void> {
    const { from, to } = this.#listeners;
    this.#closing ??= Promise.all([from?.close(), to?.close()]);
    await this.#closing;
  }
}
