/**
 * Awaits one of the closes. Deno waits for a promise at the top level of a
 * module even if nothing else keeps the program alive, so this one is not there.
 *
 * Completions and signals are noticed only by threads that keep the program
 * alive: polls, which do not, find nothing. So a close that keeps it alive ends,
 * and no other does.
 */

import { say } from "../../support/peer_side.ts";
import { wrapped } from "../../support/wrapped.ts";
import { CLOSES } from "./closes.ts";

const WAIT_TIMEOUT = 0x102;

wrapped({
  GetQueuedCompletionStatusEx: (native, { declaration }) =>
    declaration.nonblocking ? native : () => 0,
  WaitForMultipleObjects: (native, { declaration }) =>
    declaration.nonblocking ? native : () => WAIT_TIMEOUT,
});

async function close(kind: string): Promise<void> {
  await CLOSES[kind]!();
  say("closed");
}

void close(Deno.args[0]!);
