/**
 * One of several machines: a relay from NATS to a pipe server, in a process of
 * its own. A line ends it without a word to NATS or the pipe.
 */

import { relay } from "../../../mod.ts";
import { crash, readLine, say } from "../../support/peer_side.ts";

const [subject, pipe, nats] = Deno.args;

await using _running = await relay(`nats-listen:${subject}`, `pipe:${pipe}`, {
  nats: JSON.parse(nats!),
  onReady: () => say("ready"),
  onError: () => {},
});
if (await readLine() !== undefined) crash();
