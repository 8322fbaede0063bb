/**
 * Two channels joined, until both have ended.
 *
 * @module
 */

import { onGivingUp } from "../io/wait.ts";
import type { Channel } from "./channel.ts";
import { namingEnd } from "./errors.ts";

/** A channel, and what its end is called. */
export interface Side {
  readonly name: string;
  readonly channel: Channel;
}

/** The options of {@linkcode join}. */
export interface JoinOptions {
  readonly oneWay: boolean;
  /** For how many ms an end may be silent that cannot be told of the other's end. */
  readonly linger: number;
  /** Sees what passes. */
  readonly passes: (
    direction: "forth" | "back",
    bytes: Uint8Array,
  ) => void | Promise<void>;
  /** Told of what has passed. */
  readonly passed: (direction: "forth" | "back") => void;
  readonly signal: AbortSignal;
}

/**
 * Passes what each side receives to the other, as fast as that takes it, and
 * closes both. At most two chunks a direction are on their way.
 */
export async function join(
  from: Side,
  to: Side,
  options: JoinOptions,
): Promise<void> {
  const session = new Session(from, to, options);
  try {
    await session.run();
  } finally {
    await closeBoth(from, to);
  }
}

/** Closes both, and tells of the first that fails. */
export async function closeBoth(...sides: Side[]): Promise<void> {
  const closing = sides.map(({ name, channel }) =>
    namingEnd(name, () => channel.close())
  );
  await Promise.allSettled(closing);
  await Promise.all(closing);
}

class Session {
  readonly #from: Side;
  readonly #to: Side;
  readonly #options: JoinOptions;
  readonly #over = new AbortController();
  readonly #ended = Promise.withResolvers<void>();
  readonly #quiet: Linger;

  constructor(from: Side, to: Side, options: JoinOptions) {
    this.#from = from;
    this.#to = to;
    this.#options = options;
    this.#quiet = new Linger(options.linger, this.#ended.resolve);
  }

  async run(): Promise<void> {
    const { oneWay, signal } = this.#options;
    const disarm = onGivingUp({ signal }, this.#ended.reject);
    const forth = this.#pass("forth", this.#from, this.#to);
    const back = oneWay
      ? this.#drop(this.#to)
      : this.#pass("back", this.#to, this.#from);
    const ways = Promise.all([forth, back]);
    try {
      signal.throwIfAborted();
      await Promise.race([ways, this.#ended.promise]);
    } finally {
      disarm();
      this.#quiet.stop();
      this.#over.abort();
      ways.catch(() => {});
    }
  }

  async #pass(
    direction: "forth" | "back",
    from: Side,
    to: Side,
  ): Promise<void> {
    if (from.channel.receive === undefined) return;
    if (to.channel.send === undefined) return await this.#drop(from);
    const { signal } = this.#over;
    // Of a stream the next chunk is read while this one is written; a message
    // is taken only when the one before has arrived.
    const ahead = !from.channel.boundaries;
    let next = this.#receive(from);
    for (;;) {
      const bytes = await next;
      if (bytes === null || isLast(bytes, from.channel, to.channel)) {
        return await this.#tellEnd(from, to, bytes === null);
      }
      if (ahead) {
        next = this.#receive(from);
        next.catch(() => {});
      }
      await this.#options.passes(direction, bytes);
      await namingEnd(to.name, () => to.channel.send!(bytes, signal));
      this.#options.passed(direction);
      this.#quiet.heard();
      if (!ahead) next = this.#receive(from);
    }
  }

  /** Nobody takes what comes from here, but its end is to be seen. */
  async #drop(from: Side): Promise<void> {
    const { channel } = from;
    if (channel.receive === undefined) return;
    while (await this.#receive(from) !== null);
    if (!channel.halves) this.#ended.resolve();
  }

  #receive({ name, channel }: Side): Promise<Uint8Array | null> {
    const { signal } = this.#over;
    return namingEnd(name, () => {
      signal.throwIfAborted();
      return channel.receive!(signal);
    });
  }

  /** Where the partner has `ended`, and not only said so, nobody takes an answer. */
  async #tellEnd(from: Side, to: Side, ended: boolean): Promise<void> {
    if (ended && !from.channel.halves) return this.#ended.resolve();
    const { name, channel } = to;
    if (channel.closeWrite === undefined) return this.#quiet.begin();
    await namingEnd(name, () => channel.closeWrite!(this.#over.signal));
  }
}

/** To a stream an empty message has nothing to say but that it is the last. */
function isLast(bytes: Uint8Array, from: Channel, to: Channel): boolean {
  return bytes.byteLength === 0 && from.boundaries && !to.boundaries;
}

/** Counts how long nothing has passed, once it has begun. */
class Linger {
  readonly #limit: number;
  readonly #over: () => void;
  #begun = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(limit: number, over: () => void) {
    this.#limit = limit;
    this.#over = over;
  }

  begin(): void {
    this.#begun = true;
    this.heard();
  }

  heard(): void {
    if (!this.#begun) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#over, this.#limit);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#begun = false;
  }
}
