/** A program that ends although it waits. */

import {
  createEvent,
  createMutex,
  waitFor,
  waitForAll,
  waitForAny,
} from "../../lib/sync/mod.ts";
import { say } from "../support/peer_side.ts";

const event = createEvent(null);
const other = createEvent(null);
const holder = createMutex("winipc-unref-peer");
const mutex = createMutex("winipc-unref-peer");

await holder.lock();
waitFor(event);
waitFor(mutex);
waitForAny([mutex, other]);
waitForAll([mutex, other]);
setTimeout(() => {
  for (const object of [event, other, mutex]) object.unref();
  say("end of the program");
}, 0);
