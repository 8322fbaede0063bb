// Receives as the window TITLE, whose thread throws: throwing.ts TITLE. Says why.
import { listenMessages } from "../../../lib/copy_data.ts";
import { say } from "../../helpers/peer_side.ts";

const [title] = Deno.args as [string];
const listener = listenMessages({ title });
say("ready");
try {
  await listener.receive();
} catch (error) {
  say((error as Error).message);
}
Deno.exit(0);
