// Receives in another process: reader.ts NAME COUNT
import { createMailslot } from "../../../mod.ts";
import { text } from "../../support/names.ts";
import { say } from "../../support/peer_side.ts";

const [name, count] = Deno.args as [string, string];
await using mailslot = createMailslot(name);
say("ready");
for (let i = 0; i < Number(count); i++) say(text(await mailslot.receive()));
