import { assertEquals } from "@std/assert";
import { sendCopyData } from "../../lib/copy_data/mod.ts";
import { type ImportScopes, runArgs } from "../support/deno.ts";
import { uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { Peer } from "../support/peer.ts";

const data = new Uint8Array(1);

const at = (path: string) => new URL(path, import.meta.url);

/** Has the window thread of a process begin with a module of the test's. */
function waking(): ImportScopes {
  const worker = at("../../lib/window/worker.ts").href;
  const entry = at("../../lib/window/thread_entry.ts").href;
  return { [worker]: { [entry]: at("./peers/waking_entry.ts").href } };
}

Deno.test("a message without a handler is answered before its program is woken", async () => {
  const title = uniqueName();
  const script = at("./peers/receiving.ts");
  const command = runArgs(script, [title], ["-A"], waking());
  await using peer = new Peer(Deno.execPath(), command);
  await peer.says("ready");
  assertEquals(await sendCopyData(title, data, { tag: 3 }), 1);
  await peer.says("wakes");
  await peer.send("");
  await peer.says("3");
  const { code, stderr } = await peer.ended();
  assertEquals([code, stderr], [0, ""]);
});
