/**
 * Partners of a listening end that wait for one of the other listening end.
 *
 * @module
 */

import { onAbort } from "../io/wait/wait.ts";
import type { Channel } from "./channel.ts";
import type { Side } from "./session.ts";

/** Accepts one partner at a time, and another one if that leaves. */
export class WaitingPartners {
  readonly #accept: () => Promise<Side>;
  #waiting: Promise<WaitingPartner> | undefined;

  constructor(accept: () => Promise<Side>) {
    this.#accept = accept;
  }

  /** The partner that waits, or the next one. */
  present(): Promise<WaitingPartner> {
    this.#waiting ??= this.#accept().then((side) =>
      new WaitingPartner(side, () => this.#waiting = undefined)
    );
    this.#waiting.catch(() => {});
    return this.#waiting;
  }

  /** Takes the partner that waits: the next one may come. */
  take(): void {
    this.#waiting = undefined;
  }

  /** Closes the partner that waits. Its listener accepts no more. */
  async close(): Promise<void> {
    const waiting = await this.#waiting?.catch(() => undefined);
    await waiting?.close();
  }
}

/**
 * A partner that waits. Its first data is received, to notice if it leaves:
 * then nobody needs to be joined with it. One that has said something has not
 * left in vain, and its data goes to the partner to come.
 */
export class WaitingPartner {
  /** The partner, which still gives the data that was received. */
  readonly side: Side;
  readonly #channel: Channel;
  readonly #over = new AbortController();
  #hasLeft = false;

  constructor({ name, channel }: Side, left: () => void) {
    this.#channel = channel;
    const { receive } = channel;
    if (receive === undefined) {
      this.side = { name, channel };
      return;
    }
    const first = receive.call(channel, this.#over.signal);
    let held: typeof first | undefined = first;
    this.side = {
      name,
      channel: {
        ...channel,
        receive: async (signal, keep) => {
          if (held === undefined) return await channel.receive!(signal, keep);
          const disarm = onAbort(
            { signal },
            (reason) => this.#over.abort(reason),
          );
          const now = held;
          held = undefined;
          return await now.finally(disarm);
        },
      },
    };
    const leave = async () => {
      if (held === undefined || this.#over.signal.aborted) return;
      this.#hasLeft = true;
      left();
      await channel.close();
    };
    // A socket may have closed only its writing half, and wait for an answer.
    first.then((bytes) => {
      if (bytes === null && !channel.halfClose) void leave().catch(() => {});
    }, () => void leave().catch(() => {}));
  }

  get hasLeft(): boolean {
    return this.#hasLeft;
  }

  /** Closes it while it waits. */
  async close(): Promise<void> {
    if (this.#hasLeft) return;
    this.#over.abort();
    await this.#channel.close();
  }
}
