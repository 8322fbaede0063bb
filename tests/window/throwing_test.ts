import { assertEquals, assertStringIncludes } from "@std/assert";
import { sendCopyData } from "../../lib/copy_data/mod.ts";
import { type ImportScopes, runArgs } from "../support/deno.ts";
import { uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { Peer } from "../support/peer.ts";

const data = new Uint8Array(1);

const at = (path: string) => new URL(path, import.meta.url);

/** Has the window thread of a process begin with `module`. */
function beginningWith(module: string): ImportScopes {
  const worker = at("../../lib/window/worker.ts").href;
  const entry = at("../../lib/window/thread_entry.ts").href;
  return { [worker]: { [entry]: at(module).href } };
}

Deno.test("a window procedure that throws answers 0, and its process goes on", async () => {
  const title = uniqueName();
  const script = at("./peers/receiving.ts");
  const scopes = beginningWith("./peers/throwing_entry.ts");
  const command = runArgs(script, [title], ["-A"], scopes);
  await using peer = new Peer(Deno.execPath(), command);
  await peer.says("ready");
  assertEquals(await sendCopyData(title, data, { tag: 1 }), 0);
  assertEquals(await sendCopyData(title, data, { tag: 2 }), 1);
  await peer.says("2");
  const { code, stderr } = await peer.ended();
  assertEquals([code, stderr], [0, ""]);
});

Deno.test("a window thread that fails answers no request, and another one takes its place", async () => {
  const title = uniqueName();
  const script = at("./peers/failing.ts");
  const scopes = beginningWith("./peers/failing_entry.ts");
  const command = runArgs(script, [title], ["-A"], scopes);
  await using peer = new Peer(Deno.execPath(), command);
  await peer.says("The window thread has failed");
  await peer.says("opened true");
  const reason = "The window thread has failed: ";
  for (const line of [await peer.line(), await peer.line()]) {
    assertStringIncludes(line, reason);
  }
  await peer.says("ready");
  assertEquals(await sendCopyData(title, data, { tag: 1 }), 1);
  await peer.says("1");
  assertEquals((await peer.ended()).code, 0);
});

Deno.test("a window thread that cannot open its window ends", async () => {
  const script = at("./peers/windowless.ts");
  const scopes = beginningWith("./peers/windowless_entry.ts");
  const command = runArgs(script, [], ["-A"], scopes);
  await using peer = new Peer(Deno.execPath(), command);
  // They come from two threads.
  const lines = [await peer.line(), await peer.line()];
  assertEquals(lines.sort(), ["1158", "ended"]);
});
