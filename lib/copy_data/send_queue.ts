/**
 * The order of sends, and the limit of pending ones.
 *
 * A send blocks a thread of Deno's pool until the other side has answered. The
 * pool has four threads for each processor (denoland/deno,
 * `max_blocking_threads` on Windows), and other waits need some of them too. So
 * sends to one window run one after another, and all sends together use at most
 * half of the pool.
 *
 * Sends from a message handler are the exception: the handled message may come
 * from a window that itself waits for an earlier send of ours. They have a
 * queue per handler and do not wait for sends outside of handlers; otherwise
 * two programs that send to each other would deadlock. With them, sends use at most
 * three quarters of the pool.
 *
 * @module
 */

import type { AsyncLocalStorage } from "node:async_hooks";
import { AsyncSemaphore } from "../io/wait/async_semaphore.ts";
import { remaining, type WaitOptions } from "../io/wait/wait_options.ts";
import { nodeModule } from "../win32/node_modules.ts";

/** The sends to one window. */
interface SendQueue {
  readonly semaphore: AsyncSemaphore;
  /** How many sends wait or are pending. */
  users: number;
}

type SendQueues = Map<bigint, SendQueue>;

const PROCESSORS = navigator.hardwareConcurrency;

/** The queues of the running handler. */
let handlerQueues: AsyncLocalStorage<SendQueues> | undefined;
const outerQueues: SendQueues = new Map();
const outerSends = new AsyncSemaphore(2 * PROCESSORS);
const allSends = new AsyncSemaphore(3 * PROCESSORS);

/** Runs a message handler, whose sends do not wait for sends outside of it. */
export function runHandler<T>(run: () => T): T {
  handlerQueues ??= new (nodeModule("node:async_hooks").AsyncLocalStorage)();
  return handlerQueues.run(new Map(), run);
}

/** Waits until a send to a window may begin; disposing the result ends it. */
export async function beginSend(
  window: bigint,
  wait: WaitOptions,
): Promise<Disposable> {
  const since = performance.now();
  const nested = handlerQueues?.getStore();
  const queues = nested ?? outerQueues;
  const queue = queueOf(queues, window);
  using acquired = new DisposableStack();
  acquired.defer(() => {
    if (--queue.users === 0) queues.delete(window);
  });
  acquired.use(await queue.semaphore.acquire(wait));
  if (nested === undefined) {
    acquired.use(await outerSends.acquire(remaining(wait, since)));
  }
  acquired.use(await allSends.acquire(remaining(wait, since)));
  return acquired.move();
}

function queueOf(queues: SendQueues, window: bigint): SendQueue {
  let queue = queues.get(window);
  if (queue === undefined) {
    queue = { semaphore: new AsyncSemaphore(), users: 0 };
    queues.set(window, queue);
  }
  queue.users++;
  return queue;
}
