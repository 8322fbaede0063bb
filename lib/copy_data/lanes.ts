/**
 * The order of sends, and how many may be under way.
 *
 * A send occupies a thread of Deno's pool until the other side has answered. The
 * pool has four threads a processor (denoland/deno, `max_blocking_threads` on
 * Windows), and everything else that waits needs some of them, too. So the sends
 * to one window follow each other, and together they take at most half of the
 * pool, however slow their windows are.
 *
 * A handler that sends is the exception: the message that it handles may have
 * come from a window which itself waits for an earlier send of ours. Its sends
 * are a lane of their own and wait for no send outside of handlers, or two
 * programs that send to each other would wait for ever. With them, sends take
 * at most three quarters of the pool.
 *
 * @module
 */

import { AsyncLocalStorage } from "node:async_hooks";
import { Turns } from "../io/turns.ts";
import { remaining, type WaitOptions } from "../io/wait.ts";

interface Lane {
  readonly turns: Turns;
  users: number;
}

type Lanes = Map<bigint, Lane>;

const PROCESSORS = navigator.hardwareConcurrency;

const handling = new AsyncLocalStorage<Lanes>();
const outside: Lanes = new Map();
const places = new Turns(2 * PROCESSORS);
const allPlaces = new Turns(3 * PROCESSORS);

/** Runs a handler of messages. */
export function asHandler<T>(run: () => T): T {
  return handling.run(new Map(), run);
}

/** Waits for the turn to send to a window; disposing ends it. */
export async function enterLane(
  window: bigint,
  wait: WaitOptions,
): Promise<Disposable> {
  const since = performance.now();
  const nested = handling.getStore();
  const lanes = nested ?? outside;
  const lane = laneOf(lanes, window);
  using leaving = new DisposableStack();
  leaving.defer(() => {
    if (--lane.users === 0) lanes.delete(window);
  });
  leaving.use(await lane.turns.take(wait));
  if (nested === undefined) {
    leaving.use(await places.take(remaining(wait, since)));
  }
  leaving.use(await allPlaces.take(remaining(wait, since)));
  return leaving.move();
}

function laneOf(lanes: Lanes, window: bigint): Lane {
  let lane = lanes.get(window);
  if (lane === undefined) {
    lane = { turns: new Turns(), users: 0 };
    lanes.set(window, lane);
  }
  lane.users++;
  return lane;
}
