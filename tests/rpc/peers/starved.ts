// A server with no memory for arguments of SIZE bytes: starved.ts UUID BINDING SIZE.
// Says "ready", and ends when stdin does.
import { serveRpc } from "../../../lib/rpc/mod.ts";
import { readLine, say } from "../../support/peer_side.ts";

const [uuid, binding, size] = Deno.args as [string, string, string];
await using _server = await serveRpc({
  bindings: [binding],
  interfaces: { uuid, procedures: [(bytes) => bytes] },
});
const Whole = Uint8Array;
globalThis.Uint8Array = new Proxy(Whole, {
  construct(target, args, self) {
    if (args[0] === Number(size)) throw new RangeError("No memory");
    return Reflect.construct(target, args, self);
  },
});
say("ready");
while (await readLine() !== undefined);
