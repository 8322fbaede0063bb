/** A program that goes on, because it waits for an object that is ref'd. */

import {
  createEvent,
  createMutex,
  type SyncObject,
  waitFor,
  waitForAll,
} from "../../lib/sync/mod.ts";
import { say } from "../support/peer_side.ts";

/** Longer than a program without anything ref'd lasts. */
const ACT_MS = 300;

const missing = createEvent(null);
const other = createEvent(null, { set: true });
const holder = createMutex("winipc-ref-peer");
const mutex = createMutex("winipc-ref-peer");

/** Unlike the timer of `act`, an object that is ref'd keeps the program alive. */
async function waits(
  wait: Promise<unknown>,
  object: SyncObject,
  act: () => void,
): Promise<void> {
  object.unref();
  object.ref();
  Deno.unrefTimer(setTimeout(act, ACT_MS));
  await wait;
}

// A pending await of the module itself would be an error, not an end.
(async () => {
  missing.unref();
  await waits(waitForAll([missing, other]), other, () => missing.set());
  say("came together");
  const lock = await holder.lock();
  await waits(waitFor(mutex), mutex, () => lock.release());
  say("came free");
})();
