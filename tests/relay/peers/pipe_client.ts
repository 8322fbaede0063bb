// A client that says nothing until it is killed: pipe_client.ts PIPE.
import { connectPipe } from "../../../mod.ts";
import { say, told } from "../../support/peer_side.ts";

await using _connection = await connectPipe(Deno.args[0]!);
say("connected");
await told();
