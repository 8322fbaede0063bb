/** A program that only waits: a time limit ends each wait. */

import { say } from "../../support/peer_side.ts";
import { WAITERS } from "./waits.ts";

// Deno still runs timers that are due in its last turn.
const limit = { timeout: 50 };

async function run(): Promise<void> {
  for (const [kind, make] of Object.entries(WAITERS)) {
    const { wait, unref } = await make();
    await wait(limit).catch(({ name }) => say(`${kind}: ${name}`));
    unref();
  }
}

// A pending await of the module itself would keep the program alive.
run();
