import { assertEquals } from "@std/assert";
import { type ImportScopes, runArgs } from "../support/deno.ts";
import { uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { Peer, startScript } from "../support/peer.ts";

const at = (path: string) => new URL(path, import.meta.url);

/** Has the window thread of a process begin with a module of the test's. */
function watched(): ImportScopes {
  const worker = at("../../lib/window/worker.ts").href;
  const entry = at("../../lib/window/thread_entry.ts").href;
  const watch = at("./peers/watched_entry.ts").href;
  return { [worker]: { [entry]: watch } };
}

Deno.test("all native calls in which a window procedure, or another callback, runs are declared so", async () => {
  const [ours, other] = [uniqueName(), uniqueName()];
  const window = at("../copy_data/peers/window.ts");
  await using peer = startScript(window, [other, "late", ours]);
  await peer.says("ready");
  const script = at("./peers/busy.ts");
  const command = runArgs(script, [ours, other], ["-A"], watched());
  await using busy = new Peer(Deno.execPath(), command);
  const said: string[] = [];
  for (;;) {
    const line = await busy.line();
    if (line === "received") await peer.send("answer");
    else if (line === "done") break;
    else said.push(line);
  }
  // Each window thread says them.
  assertEquals([...new Set(said)].sort(), [
    "DestroyWindow true",
    "DispatchMessageW true",
    "EnumWindows true",
    "GetMessageW true",
    "PeekMessageW true",
    "SendMessageTimeoutW true",
  ]);
});
