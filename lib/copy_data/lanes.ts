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
 * from a window that itself waits for an earlier send of ours. They have their
 * own lane and do not wait for sends outside of handlers; otherwise two
 * programs that send to each other would deadlock. With them, sends use at most
 * three quarters of the pool.
 *
 * @module
 */

import type { AsyncLocalStorage } from "node:async_hooks";
import { AsyncSemaphore } from "../io/wait/async_semaphore.ts";
import { remaining, type WaitOptions } from "../io/wait/wait_options.ts";
import { asyncHooks } from "../win32/node_modules.ts";

interface Lane {
  readonly turns: AsyncSemaphore;
  users: number;
}

type Lanes = Map<bigint, Lane>;

const PROCESSORS = navigator.hardwareConcurrency;

let handling: AsyncLocalStorage<Lanes> | undefined;
const outside: Lanes = new Map();
const places = new AsyncSemaphore(2 * PROCESSORS);
const allPlaces = new AsyncSemaphore(3 * PROCESSORS);

/** Runs a handler of messages. */
export function asHandler<T>(run: () => T): T {
  handling ??= new (asyncHooks().AsyncLocalStorage)();
  return handling.run(new Map(), run);
}

/** Waits for its turn to send to a window; disposing ends the turn. */
export async function enterLane(
  window: bigint,
  wait: WaitOptions,
): Promise<Disposable> {
  const since = performance.now();
  const nested = handling?.getStore();
  const lanes = nested ?? outside;
  const lane = laneOf(lanes, window);
  using leaving = new DisposableStack();
  leaving.defer(() => {
    if (--lane.users === 0) lanes.delete(window);
  });
  leaving.use(await lane.turns.acquire(wait));
  if (nested === undefined) {
    leaving.use(await places.acquire(remaining(wait, since)));
  }
  leaving.use(await allPlaces.acquire(remaining(wait, since)));
  return leaving.move();
}

function laneOf(lanes: Lanes, window: bigint): Lane {
  let lane = lanes.get(window);
  if (lane === undefined) {
    lane = { turns: new AsyncSemaphore(), users: 0 };
    lanes.set(window, lane);
  }
  lane.users++;
  return lane;
}
