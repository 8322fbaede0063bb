/** The other process of the tests of sync objects: does what it is told. */

import {
  createEvent,
  createMutex,
  createSemaphore,
} from "../../lib/sync/mod.ts";
import { openEvent, openMutex, openSemaphore } from "../../lib/sync/mod.ts";
import { waitFor } from "../../lib/sync/mod.ts";
import { readLine, say } from "../support/peer_side.ts";

const [name = ""] = Deno.args;
const limit = { timeout: 20_000 };

say("ready");
for (let line = await readLine(); line !== undefined; line = await readLine()) {
  switch (line) {
    case "try all":
      say([openEvent, openMutex, openSemaphore].map(refusal).join(" "));
      break;
    case "set 150":
      for (let i = 0; i < 150; i++) openEvent(`${name}-${i}`).set();
      break;
    case "set event":
      openEvent(name).set();
      break;
    case "wait event":
      await waitFor(openEvent(name), limit);
      break;
    case "create event":
      createEvent(name);
      break;
    case "lock":
      await openMutex(name).lock(limit);
      break;
    case "create mutex":
      createMutex(name);
      break;
    case "take":
      await waitFor(openSemaphore(name), limit);
      break;
    case "release":
      openSemaphore(name).release(2);
      break;
    case "create semaphore":
      createSemaphore(name, { max: 2 });
      break;
    case "exit":
      Deno.exit(7);
  }
  say(`did ${line}`);
}

/** Why an object cannot be opened. */
function refusal(open: (name: string) => Disposable): string {
  try {
    using _object = open(`${name}-${open.name}`);
    return "none";
  } catch (error) {
    return (error as Error).name;
  }
}
