// Receives as the window TITLE: receiving.ts TITLE. Says the tag of the first
// message that comes through.
import { listenMessages } from "../../../lib/copy_data/mod.ts";
import { say } from "../../support/peer_side.ts";

const [title] = Deno.args as [string];
await using listener = listenMessages({ title });
say("ready");
say((await listener.receive()).tag);
