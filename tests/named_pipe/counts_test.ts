import { assertGreater, assertLess, assertLessOrEqual } from "@std/assert";
import { uniqueName } from "../support/names.ts";
import { startScript } from "../support/peer.ts";
import { clientPeer } from "./helpers.ts";

const MAX_THREADS = 3;
const MAX_MEMORY = 64 * 1024;

for (const clients of [5, 50, 1000]) {
  Deno.test(`listenPipe() echoes 10 messages to each of ${clients} clients at once, on at most 3 threads more`, async () => {
    const name = uniqueName();
    const script = new URL("./peers/counted_server.ts", import.meta.url);
    await using server = startScript(script, [name, clients]);
    await server.says("ready");
    await using peer = clientPeer("echo", name, clients, 10);
    await peer.says("connected");
    await peer.send("go");
    await peer.says(`${10 * clients}`);
    const line = await server.line();
    const [before, more, memory] = line.split(" ").map(Number) as [
      number,
      number,
      number,
    ];
    assertGreater(before, 0);
    assertLessOrEqual(more, MAX_THREADS);
    // With few clients this would measure what the first call of all costs.
    if (clients === 1000) assertLess(memory, MAX_MEMORY);
  });
}
