/** Sends one message to the window with the title given, and says the answer. */

import { sendCopyData } from "../../../mod.ts";
import { say } from "../../support/peer_side.ts";

say(String(await sendCopyData(Deno.args[0]!, new Uint8Array([1]))));
