// A server with no memory for arguments of SIZE bytes: starved.ts UUID BINDING SIZE.
// Says "ready", and ends when stdin does.
import { serveRpc } from "../../../lib/rpc/mod.ts";
import { readLine, say } from "../../support/peer_side.ts";
import { withoutMemoryFor } from "../without_memory.ts";

const [uuid, binding, size] = Deno.args as [string, string, string];
await using _server = await serveRpc({
  bindings: [binding],
  interfaces: { uuid, procedures: [(bytes) => bytes] },
});
withoutMemoryFor(Number(size));
say("ready");
while (await readLine() !== undefined);
