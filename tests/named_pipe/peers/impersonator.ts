// A server on which RevertToSelf fails: impersonator.ts NAME
import { wrapNatives } from "../../../lib/win32/binding.ts";
import { connectPipe, listenPipe } from "../../../mod.ts";
import { bytes } from "../../support/names.ts";
import { say } from "../../support/peer_side.ts";

await using listener = listenPipe(Deno.args[0]!);
await using client = await connectPipe(listener.name);
await using server = await listener.accept();
await client.write(bytes("x"));
await server.read(new Uint8Array(1));
addEventListener("unload", () => say("ran on as the client"));
wrapNatives((native, { name }) => name === "RevertToSelf" ? () => 0 : native);
server.impersonate(() => say("impersonating"));
say("went on");
