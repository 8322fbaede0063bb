/**
 * An end of a relay that is a source of requests: each goes to a far end, and
 * its answer goes back.
 *
 * @module
 */

import { concat } from "../io/concat.ts";
import { counted } from "../io/format.ts";
import { abortable } from "../io/wait/abortable.ts";
import { AsyncSemaphore } from "../io/wait/async_semaphore.ts";
import { retry } from "../io/wait/retry.ts";
import { onAbort } from "../io/wait/on_abort.ts";
import { withTimeoutMessage } from "../io/wait/wait_options.ts";
import type { Connector, Request, RequestEnd, Requests } from "./channel.ts";
import { atEnd, isOutputClosed, isRefusal, namingEnd } from "./errors.ts";
import { inFrames, open, type Work } from "./partners.ts";
import { closeBoth, type Side } from "./session.ts";

const RETRY_DELAYS = { min: 10, max: 1_000 };

/** Subscribes, and returns a function that runs until the end. */
export async function serveRequests(
  near: RequestEnd,
  far: Connector,
  asks: boolean,
  work: Work,
): Promise<() => Promise<void>> {
  const inOrder = !asks;
  const requests = await namingEnd(
    near.name,
    () => near.subscribe(inOrder, work.signal),
  );
  const server = new RequestServer(requests, near, far, work);
  try {
    // If partners can reach the far end itself, it is opened at the start.
    if (inOrder && far.singleUse) await server.prepare();
    work.options.onReady(requests.ready);
  } catch (error) {
    await server.close();
    throw error;
  }
  return () => server.run(inOrder);
}

/** A far end between two requests. */
interface Idle {
  readonly side: Side;
  /** Resolves to the next message from it. */
  readonly next?: Promise<Uint8Array | null>;
}

class RequestServer {
  readonly #requests: Requests;
  readonly #near: RequestEnd;
  readonly #far: Connector;
  readonly #work: Work;
  readonly #idle: Idle[] = [];
  readonly #running = new Set<Promise<void>>();

  constructor(
    requests: Requests,
    near: RequestEnd,
    far: Connector,
    work: Work,
  ) {
    this.#requests = requests;
    this.#near = near;
    this.#far = far;
    this.#work = work;
  }

  async prepare(): Promise<void> {
    this.#idle.push({ side: await this.#open(false) });
  }

  async run(inOrder: boolean): Promise<void> {
    const { signal, last, counts } = this.#work;
    const until = AbortSignal.any([signal, last]);
    const permits = new AsyncSemaphore(inOrder ? 1 : this.#near.parallel);
    try {
      try {
        for (;;) {
          const permit = await permits.acquire({});
          const request = await this.#next(until);
          if (request === null) break;
          counts.partners++;
          const serving = this.#serve(request, inOrder, counts.partners)
            .finally(() => {
              this.#running.delete(serving);
              permit[Symbol.dispose]();
            });
          this.#running.add(serving);
          if (inOrder) await serving;
        }
      } finally {
        await this.#requests.stop();
      }
      for (const { side, next } of this.#idle) {
        // One that has answered has finished.
        if (next === undefined) await this.#finish(side);
      }
    } finally {
      await Promise.allSettled(this.#running);
      await this.close();
    }
  }

  async close(): Promise<void> {
    await this.#requests.close();
    const idle = this.#idle.splice(0).map(({ side }) => side.channel.close());
    await Promise.all([...idle, ...this.#running]);
  }

  /** The next request, or null if no more come or are to be relayed. */
  async #next(signal: AbortSignal): Promise<Request | null> {
    const { name } = this.#near;
    try {
      return await namingEnd(name, () => this.#requests.next(signal));
    } catch (error) {
      if (this.#work.last.aborted) return null;
      throw error;
    }
  }

  /** Lets a far end finish what it got: see #finish() in session.ts. */
  async #finish(side: Side): Promise<void> {
    const { closeDiscards, closeWrite, receive } = side.channel;
    if (!closeDiscards || !closeWrite) return;
    await namingEnd(side.name, () => closeWrite(this.#work.signal));
    if (receive === undefined) return;
    while (await this.#receive(side, undefined, Infinity) !== null);
  }

  /** Serves one request; throws only errors that end the relay. */
  async #serve(
    request: Request,
    inOrder: boolean,
    partner: number,
  ): Promise<void> {
    let answer: Uint8Array | undefined;
    try {
      await this.#passes("forward", partner, request.bytes);
      answer = inOrder
        ? await this.#handOver(request)
        : await this.#ask(request);
      if (answer !== undefined) await this.#passes("backward", partner, answer);
    } catch (error) {
      // Messages that are not taken when the relay ends go to another consumer.
      if (this.#work.signal.aborted && inOrder) return request.release();
      if (isOutputClosed(error)) {
        request.release();
        throw error;
      }
      return await this.#fail(request, error);
    }
    try {
      await request.done(answer);
    } catch (error) {
      // An answer may be too long to send, and its requester waits for one.
      if (isRefusal(error)) return await this.#fail(request, error);
      this.#failed(error);
    }
    this.#work.passed();
  }

  /** Reports an error, also to the sender of the request. */
  async #fail(request: Request, error: unknown): Promise<void> {
    this.#failed(error);
    try {
      await request.fail(error);
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#work.counts.failed++;
    this.#work.options.onError(atEnd(this.#near.name, error));
  }

  async #passes(
    direction: "forward" | "backward",
    partner: number,
    bytes: Uint8Array,
  ): Promise<void> {
    this.#work.counts.add(direction, bytes.byteLength);
    await this.#work.options.tap?.({ direction, partner, bytes });
  }

  /**
   * Delivers a message; retries a durable one until it is taken, and reports
   * once that its receiver refuses it: the next ones wait for it.
   */
  async #handOver({ bytes }: Request): Promise<undefined> {
    const { durable } = this.#requests;
    let isReported = false;
    await retry({ signal: this.#work.signal }, RETRY_DELAYS, async () => {
      try {
        await this.#handOverOnce(bytes, durable);
        return true;
      } catch (error) {
        // The far end exists and took nothing: it is closing or restarting.
        if (!durable || isRefusal(error) || isOutputClosed(error)) throw error;
        if (isReported || !(error instanceof Deno.errors.ConnectionRefused)) {
          return;
        }
        isReported = true;
        this.#work.options.onError(error);
      }
    });
  }

  async #handOverOnce(bytes: Uint8Array, wait: boolean): Promise<undefined> {
    const side = this.#idle.pop()?.side ?? await this.#open(wait);
    try {
      await this.#send(side, bytes);
    } catch (error) {
      await discard(side);
      throw error;
    }
    this.#idle.push({ side });
  }

  /**
   * Sends a request to the far end. If that keeps messages apart, one channel
   * serves many requests; otherwise each has its own, up to its end.
   */
  async #ask(request: Request): Promise<Uint8Array | undefined> {
    if (request.again && request.asked) {
      throw new Error(
        "A relay took this request and has gone before it answered; it is not repeated",
      );
    }
    const { side, next } = await this.#sent(request.bytes);
    let reuse = false;
    try {
      if (side.channel.messageBoundaries) {
        // The requester no longer waits, but the next request must not get this
        // answer.
        const answer = await this.#receive(side, next);
        if (answer === null) {
          throw new Deno.errors.BrokenPipe(
            `${side.name}: The other side has closed without an answer`,
          );
        }
        reuse = true;
        return request.asked ? answer : undefined;
      }
      const { signal } = this.#work;
      await namingEnd(side.name, () => side.channel.closeWrite?.(signal));
      return await this.#all(side);
    } finally {
      if (reuse) this.#keep(side);
      else await discard(side);
    }
  }

  /**
   * Keeps a channel for the next request, unless it ends before, or sends what
   * nobody asked for. A socket whose partner has closed still takes data: only
   * to receive shows its end.
   */
  #keep(side: Side): void {
    const next = side.channel.receive!(this.#work.signal);
    const idle: Idle = { side, next };
    const drop = () => {
      const at = this.#idle.indexOf(idle);
      if (at < 0) return;
      this.#idle.splice(at, 1);
      const closing = discard(side)
        .finally(() => this.#running.delete(closing));
      this.#running.add(closing);
    };
    next.then(drop, drop);
    this.#idle.push(idle);
  }

  /**
   * A channel that has taken `bytes`: an idle one may be closed by now, and
   * takes nothing.
   */
  async #sent(bytes: Uint8Array): Promise<Idle> {
    for (;;) {
      const idle = this.#idle.pop();
      const side = idle?.side ?? await this.#open(this.#work.options.wait);
      try {
        await this.#send(side, bytes);
        return idle ?? { side };
      } catch (error) {
        await discard(side);
        if (idle === undefined || isRefusal(error)) throw error;
      }
    }
  }

  async #open(wait: boolean): Promise<Side> {
    const { options } = this.#work;
    const work = { ...this.#work, options: { ...options, wait } };
    return inFrames(await open(this.#far, work), options);
  }

  async #send(side: Side, bytes: Uint8Array): Promise<void> {
    const { signal } = this.#work;
    await namingEnd(side.name, () => side.channel.send!(bytes, signal));
  }

  async #receive(
    side: Side,
    next?: Promise<Uint8Array | null>,
    timeout = this.#work.options.requestTimeout,
  ): Promise<Uint8Array | null> {
    const limit = new AbortController();
    const { signal } = this.#work;
    signal.throwIfAborted();
    const wait = withTimeoutMessage(
      { signal, timeout },
      () => `Cannot receive from "${side.name}": no answer came`,
    );
    const disarm = onAbort(wait, (reason) => limit.abort(reason), {
      refed: true,
    });
    try {
      return await namingEnd(
        side.name,
        () =>
          next === undefined
            ? side.channel.receive!(limit.signal)
            : abortable(next, { signal: limit.signal }),
      );
    } finally {
      disarm();
    }
  }

  async #all(side: Side): Promise<Uint8Array> {
    const { options: { maxMessageSize, linger }, signal } = this.#work;
    const parts: Uint8Array[] = [];
    let size = 0;
    for (;;) {
      // A pipe in byte mode is not notified of the request's end, and may stay.
      const mayStay = parts.length > 0 && side.channel.closeWrite === undefined;
      const part = mayStay
        ? await this.#receive(side, undefined, linger).catch((error) => {
          if (signal.aborted || error?.name !== "TimeoutError") throw error;
          return null;
        })
        : await this.#receive(side);
      if (part === null) break;
      size += part.byteLength;
      if (size > maxMessageSize) {
        throw new Deno.errors.InvalidData(
          `${side.name}: The answer has more than ${
            counted(maxMessageSize, "byte")
          }`,
        );
      }
      parts.push(part.slice());
    }
    return concat(parts);
  }
}

/** Closes a channel that is not used again. The request has its own result. */
function discard(side: Side): Promise<void> {
  return closeBoth(side).catch(() => {});
}
