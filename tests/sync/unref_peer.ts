/** A program that ends although it waits. */

import { createEvent, waitFor } from "../../lib/sync/mod.ts";
import { say } from "../support/peer_side.ts";

const event = createEvent(null);
waitFor(event);
setTimeout(() => {
  event.unref();
  say("end of the program");
}, 0);
