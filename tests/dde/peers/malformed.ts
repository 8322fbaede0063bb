// Sends a DDE server what no client would: malformed.ts SERVICE. Says what it
// was told, "STATUS ITEM" of each acknowledgement.
import { WindowLoop } from "./raw_window.ts";
import { say } from "../../support/peer_side.ts";

const [service] = Deno.args as [string];
const raw = new WindowLoop((status, item) => say(`${status} ${item}`));
const talk = raw.initiate(service, "first");
say(talk === 0n ? "nobody" : "connected");

// What is sent instead of posted, and points to nothing or to somebody else's.
for (const message of [0x3e2, 0x3e3, 0x3e4, 0x3e5, 0x3e6, 0x3e7, 0x3e8]) {
  for (const lParam of [0n, 1n, 0x12345670n, 0xffff_ffffn, 0x7ffe_0000n]) {
    raw.send(talk, message, lParam);
  }
}
// What is posted: in the name of nobody, to nobody's window, with bad atoms.
const atom = raw.atom("greeting");
for (const message of [0x3e2, 0x3e3, 0x3e5, 0x3e6, 0x3e7, 0x3e8]) {
  raw.post(talk, message, 0n, 0n, atom);
  raw.post(talk, message, 0xffff_ffffn, 1n, atom);
  raw.post(talk, message, raw.handle, 0n, 0n);
  raw.post(talk, message, raw.handle, 0xdead_0000n, 0xfffen);
}
raw.post(talk, 0x3e6, raw.handle, 13n, 0xfffen);
// Blocks that are too short, too, and one that is all right but for its format.
for (const bytes of [[1], [1, 2, 3], [0, 0, 0, 0], [0, 0, 255, 255, 7]]) {
  for (const message of [0x3e2, 0x3e7]) {
    raw.post(talk, message, raw.handle, raw.memory(bytes), atom);
  }
}
raw.post(talk, 0x3e4, raw.handle, 0x8000n, atom);
raw.post(talk, 0x3e3, raw.handle, 0n, 0n);
// The last word is one that is understood.
raw.post(talk, 0x3e6, raw.handle, 999n, raw.atom("the end"));
raw.until("the end");
say("survived");
Deno.exit(0);
