// deno-lint-ignore-file no-console
// Process B: opens the ring of A and prints its messages, until A closes it.
//
//   deno run -A examples/ring/b.ts [NAME]
//
// In a project of your own: import { openRing } from "jsr:@winipc/winipc";
import { openRing } from "../../mod.ts";

const [name = "Ring"] = Deno.args;
const decoder = new TextDecoder();

await using ring = await openRing(name, { waitForPeer: true });
for await (const message of ring) console.log(decoder.decode(message));
