/** Counts its own threads before and during fifty waits. */

import { createEvent, waitFor } from "../../lib/sync/mod.ts";
import { say } from "../support/peer_side.ts";
import { threadCount } from "../support/process_stats.ts";

/** Waits for a new event until it is set, which a thread must have seen. */
async function waitOnce(): Promise<void> {
  using event = createEvent(null);
  const wait = waitFor(event);
  event.set();
  await wait;
}

const events = Array.from({ length: 50 }, () => createEvent(null));
const first = waitFor(events[0]!);
// The first nonblocking call may start more than its own thread.
await waitOnce();
say(threadCount());
const waits = [first, ...events.slice(1).map((event) => waitFor(event))];
await waitOnce();
say(threadCount());
for (const event of events) event.set();
await Promise.all(waits);
