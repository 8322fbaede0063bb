// Echoes to so many clients and counts what that costs this process, which has
// nothing else to do: counted_server.ts NAME CLIENTS. Says how many
// threads there were, how many came, and bytes a connection, with all of them
// connected and a read pending on each.
import { listenPipe } from "../../../mod.ts";
import { say } from "../../support/peer_side.ts";
import { memory, threadCount } from "../../support/process_stats.ts";

const [name, clients] = [Deno.args[0]!, Number(Deno.args[1])];
const threads = threadCount();
const before = memory();
using listener = listenPipe(name);
say("ready");
const serving: Promise<void>[] = [];
for (let i = 0; i < clients; i++) {
  const { readable, writable } = await listener.accept();
  serving.push(readable.pipeTo(writable));
}
const idle = memory();
const most = Math.max(
  idle.workingSet - before.workingSet,
  idle.private - before.private,
);
const then = threadCount();
await Promise.all(serving);
const extra = Math.max(then, threadCount()) - threads;
say(`${threads} ${extra} ${Math.ceil(most / clients)}`);
