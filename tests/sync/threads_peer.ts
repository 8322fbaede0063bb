/** Counts its own threads before and during fifty waits. */

import { createEvent, waitFor } from "../../lib/sync/mod.ts";
import { say } from "../helpers/peer_side.ts";
import { threadCount } from "../helpers/process_stats.ts";

const events = Array.from({ length: 50 }, () => createEvent(null));
// The first nonblocking call may start more than its own thread.
const first = waitFor(events[0]!);
await new Promise((resolve) => setTimeout(resolve, 20));
say(threadCount());
const waits = [first, ...events.slice(1).map((event) => waitFor(event))];
await new Promise((resolve) => setTimeout(resolve, 20));
say(threadCount());
for (const event of events) event.set();
await Promise.all(waits);
