// Sends to a mailslot from another process: writer.ts NAME [SIZE…]
import { openMailslot } from "../../../mod.ts";
import { pattern } from "../../support/names.ts";
import { say } from "../../support/peer_side.ts";

const [name, ...sizes] = Deno.args as [string, ...string[]];
await using sender = await openMailslot(name, { waitForPeer: true });
for (const size of sizes.map(Number)) await sender.send(pattern(size, size));
say("sent");
