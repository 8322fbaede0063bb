/**
 * Two joined channels, until both have ended.
 *
 * @module
 */

import { onAbort } from "../io/wait/on_abort.ts";
import { isPeerGone } from "../peer_gone.ts";
import type { Channel } from "./channel.ts";
import { atEnd, isRefusal, namingEnd } from "./errors.ts";
import { Lookahead } from "./lookahead.ts";
import { StallDetector } from "./stall_detector.ts";

/** A channel, and the name of its end. */
export interface Side {
  readonly name: string;
  readonly channel: Channel;
}

export interface JoinOptions {
  readonly oneWay: boolean;
  /**
   * For how many ms an end may be silent that cannot be notified of the other's
   * end.
   */
  readonly linger: number;
  /** Receives all data. */
  readonly onChunk: (
    direction: "forward" | "backward",
    bytes: Uint8Array,
  ) => void | Promise<void>;
  /** Called for relayed data. */
  readonly onDelivered: (direction: "forward" | "backward") => void;
  /** Called for a message that cannot be sent; the next one may be. */
  readonly onRefused: (error: unknown) => void;
  readonly signal: AbortSignal;
  /**
   * Aborted when nothing more is to be relayed from `from`. Then `to` finishes
   * what it got, as if `from` had left.
   */
  readonly last?: AbortSignal;
  /**
   * For how many ms a partner may take nothing of what the other sent before it
   * left.
   *
   * @default {60000}
   */
  readonly stall?: number;
}

/**
 * Relays the data of each side to the other, at the other's speed, and closes
 * both. At most two chunks are in transit in each direction, and 1 MiB more if
 * a side takes nothing: only so can it be noticed that the other has left.
 *
 * A side that takes no more may have sent something before it left: that is
 * relayed to its end, and then the failure to send is thrown.
 */
export async function join(
  from: Side,
  to: Side,
  options: JoinOptions,
): Promise<void> {
  const session = new Session(from, to, options);
  try {
    await session.run();
  } catch (error) {
    await closeBoth(from, to).catch(() => {});
    throw error;
  }
  await closeBoth(from, to);
}

/** Closes both, and throws the first error. */
export async function closeBoth(...sides: Side[]): Promise<void> {
  const closing = sides.map(({ name, channel }) =>
    namingEnd(name, () => channel.close())
  );
  await Promise.allSettled(closing);
  await Promise.all(closing);
}

/** How long a socket is read after its partner was notified of the end. */
const MAX_DROP_MS = 30_000;
/**
 * As long as nginx waits by default for a client to take more
 * (https://nginx.org/en/docs/http/ngx_http_core_module.html#send_timeout).
 */
const STALL_MS = 60_000;

class Session {
  readonly #from: Side;
  readonly #to: Side;
  readonly #options: JoinOptions;
  readonly #over = new AbortController();
  /** Ends the receiving from `from`. */
  readonly #stop = new AbortController();
  readonly #ended = Promise.withResolvers<void>();
  readonly #linger: Linger;
  /** How many directions are still open. */
  #open = 2;
  #dropping = false;
  #unsent: { readonly error: unknown } | undefined;
  /** A partner has left; the other side finishes what it got. */
  #finishing = false;
  #limit: ReturnType<typeof setTimeout> | undefined;
  /** The last send to each side. */
  readonly #sends = new Map<Side, Promise<unknown>>();

  constructor(from: Side, to: Side, options: JoinOptions) {
    this.#from = from;
    this.#to = to;
    this.#options = options;
    this.#linger = new Linger(options.linger, this.#ended.resolve);
  }

  async run(): Promise<void> {
    const { oneWay, signal, last } = this.#options;
    const disarm = onAbort({ signal }, this.#ended.reject);
    const forward = this.#untilEnd(this.#pass("forward", this.#from, this.#to));
    const disarmLast = onAbort({ signal: last }, () => this.#stop.abort());
    const backward = this.#untilEnd(
      oneWay
        ? this.#drop(this.#to)
        : this.#pass("backward", this.#to, this.#from),
    );
    const directions = Promise.all([forward, backward]);
    try {
      signal.throwIfAborted();
      await Promise.race([directions, this.#ended.promise]);
      if (this.#unsent !== undefined) throw this.#unsent.error;
    } finally {
      disarm();
      disarmLast();
      this.#linger.stop();
      clearTimeout(this.#limit);
      this.#over.abort();
      this.#stop.abort();
      directions.catch(() => {});
      this.#ended.promise.catch(() => {});
    }
  }

  async #untilEnd(passing: Promise<void>): Promise<void> {
    await passing;
    this.#open--;
    // #finish() has a limit of its own.
    if (this.#dropping && !this.#finishing) this.#linger.begin(MAX_DROP_MS);
  }

  async #pass(
    direction: "forward" | "backward",
    from: Side,
    to: Side,
  ): Promise<void> {
    if (from.channel.receive === undefined) return;
    if (to.channel.send === undefined) return await this.#drop(from);
    const { signal } = this.#over;
    // Of a stream, the next chunk is read while this one is written; a message
    // is received only when the one before has arrived.
    const ahead = !from.channel.messageBoundaries;
    const source = new Lookahead(
      from.channel,
      (keep) => this.#receive(from, keep),
    );
    using watch = this.#stallDetector(source, from, to);
    for (;;) {
      const bytes = this.#isStopped(from) ? null : await source.next();
      if (bytes === null || isLast(bytes, from.channel, to.channel)) {
        // Otherwise another partner would get the last message too.
        await from.channel.acknowledge?.();
        return await this.#relayEnd(from, to, bytes === null);
      }
      if (ahead) source.prefetch();
      using _busy = this.#linger.hold();
      await this.#options.onChunk(direction, bytes);
      try {
        const send = (progress?: () => void) =>
          namingEnd(
            to.name,
            () => to.channel.send!(bytes, signal, progress),
          );
        const sending = watch?.watch(send) ?? send();
        this.#sends.set(to, sending);
        await sending;
        this.#options.onDelivered(direction);
      } catch (error) {
        // A window may refuse one message and take the next.
        const refused = error instanceof Deno.errors.ConnectionRefused ||
          isRefusal(error);
        // A partner would wait for its answer; a person at a console sees the
        // error.
        const awaited = to.channel.answers === true &&
          from.channel.separatePeers !== true;
        if (refused && !awaited) this.#options.onRefused(error);
        else if (isPeerGone(error) && to.channel.separatePeers !== true) {
          return this.#stopSending(from, error, source);
        } else throw error;
      }
    }
  }

  /**
   * Ends the session when `to` is there and takes nothing, but `from` has left.
   * Otherwise it would last for as long as `to` stays.
   */
  #stallDetector(
    source: Lookahead,
    from: Side,
    to: Side,
  ): StallDetector | undefined {
    if (!from.channel.connected || !to.channel.connected) return undefined;
    const { stall = STALL_MS } = this.#options;
    return new StallDetector(stall, () => source.hasLeft(), () => {
      const error = new Deno.errors.TimedOut(
        `Nothing was taken for ${stall} ms after the other side had left`,
      );
      this.#ended.reject(atEnd(to.name, error));
    });
  }

  /**
   * The data from here has no receiver any more. It is still read while the
   * other direction is open, because a partner that must write before it reads
   * would wait forever. A socket is read a little longer, even if the other
   * direction has ended, because closing one with unread bytes discards data that
   * its partner has yet to read (RFC 1122, 4.2.2.13).
   */
  async #stopSending(
    from: Side,
    error: unknown,
    source: Lookahead,
  ): Promise<void> {
    if (this.#finishing) {
      while (await source.next() !== null);
      return;
    }
    this.#unsent ??= { error };
    // The partner has not taken this message.
    if (from.channel.acknowledge) return this.#ended.resolve();
    const { halfClose, separatePeers } = from.channel;
    const lingers = halfClose && separatePeers !== true;
    if (this.#open < 2 && !lingers) return;
    const drop = async () => {
      while (await source.next() !== null) this.#linger.heard();
      if (!from.channel.halfClose) this.#ended.resolve();
    };
    const dropped = drop().catch(this.#ended.reject);
    if (!lingers) return;
    this.#dropping = true;
    if (this.#open < 2) this.#linger.begin(MAX_DROP_MS);
    await dropped;
  }

  /** The data from here has no receiver, but its end must be noticed. */
  async #drop(from: Side): Promise<void> {
    const { channel } = from;
    if (channel.receive === undefined) return;
    while (await this.#receive(from) !== null);
    if (!channel.halfClose) this.#ended.resolve();
  }

  async #receive(side: Side, keep = false): Promise<Uint8Array | null> {
    const { name, channel } = side;
    const { signal } = side === this.#from ? this.#stop : this.#over;
    try {
      return await namingEnd(name, () => {
        signal.throwIfAborted();
        return channel.receive!(signal, keep);
      });
    } catch (error) {
      if (this.#isStopped(side)) return null;
      throw error;
    }
  }

  /** Whether nothing more is to be relayed from `side`, which may still be there. */
  #isStopped(side: Side): boolean {
    return side === this.#from && this.#options.last?.aborted === true;
  }

  /** If the partner has `ended`, not only its data, no answer can reach it. */
  async #relayEnd(from: Side, to: Side, ended: boolean): Promise<void> {
    if (this.#isStopped(from)) return await this.#finish(to);
    if (ended && !from.channel.halfClose) {
      // It fails too, now that the partner has left: see #stopSending().
      await this.#sends.get(from)?.catch(() => {});
      return await this.#finish(to);
    }
    // The other one has left, and cannot be notified.
    if (this.#finishing) return;
    const { name, channel } = to;
    if (channel.closeWrite === undefined) {
      await channel.owned?.(this.#over.signal);
      return this.#linger.begin();
    }
    await namingEnd(name, () => channel.closeWrite!(this.#over.signal));
  }

  /**
   * Lets `to` finish what a partner that has left sent: a program would be ended
   * before it has read that, and a ring be gone before its consumer has. A
   * socket is read to its end: see #stopSending().
   */
  async #finish(to: Side): Promise<void> {
    const { name, channel } = to;
    const { closeDiscards, closeWrite, receive } = channel;
    const hasEnded = receive !== undefined && this.#open < 2;
    const isIdle = !this.#sends.has(to) || hasEnded;
    if (!closeDiscards || !closeWrite || isIdle) return this.#ended.resolve();
    this.#finishing = true;
    await namingEnd(name, () => closeWrite(this.#over.signal));
    // The session may have ended meanwhile.
    if (this.#over.signal.aborted) return;
    const { stall = STALL_MS } = this.#options;
    const mayStay = closeDiscards === "unread if it sends";
    this.#limit = setTimeout(() => {
      if (mayStay) return this.#ended.resolve();
      const error = new Deno.errors.TimedOut(
        `It did not end within ${stall} ms after the other side had left`,
      );
      this.#ended.reject(atEnd(name, error));
    }, mayStay ? MAX_DROP_MS : stall);
  }
}

/** Between messages, an empty one is passed on, whatever it means. */
function isLast(bytes: Uint8Array, from: Channel, to: Channel): boolean {
  return bytes.byteLength === 0 && from.emptyEnds === true &&
    !to.messageBoundaries;
}

/** Measures the time without data, once it has started. */
class Linger {
  readonly #limit: number;
  readonly #over: () => void;
  #begun = false;
  #holds = 0;
  readonly #held: Disposable = {
    [Symbol.dispose]: () => {
      this.#holds--;
      this.heard();
    },
  };
  #stopped = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last: ReturnType<typeof setTimeout> | undefined;

  constructor(limit: number, over: () => void) {
    this.#limit = limit;
    this.#over = over;
  }

  /** Starts to measure; with `maxMs`, a direction that continues ends too. */
  begin(maxMs?: number): void {
    // One of two directions may end after the session.
    if (this.#stopped) return;
    this.#begun = true;
    if (maxMs !== undefined) this.#last ??= setTimeout(this.#over, maxMs);
    this.heard();
  }

  /** Does not measure until disposed: an end whose data waits for its reader is not silent. */
  hold(): Disposable {
    this.#holds++;
    clearTimeout(this.#timer);
    return this.#held;
  }

  heard(): void {
    if (!this.#begun || this.#holds > 0) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#over, this.#limit);
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#last);
    this.#begun = false;
    this.#stopped = true;
  }
}
