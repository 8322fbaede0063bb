import { assertEquals, assertStringIncludes } from "@std/assert";
import { sendCopyData } from "../../lib/copy_data/mod.ts";
import { runArgs } from "../support/deno.ts";
import { uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { Peer } from "../support/peer.ts";

const at = (path: string) => new URL(path, import.meta.url);

Deno.test("a transaction without an atom or memory fails, and the window thread goes on", async () => {
  const [service, title] = [uniqueName("dde"), uniqueName()];
  const worker = at("../../lib/window/worker.ts").href;
  const entry = at("../../lib/window/thread_entry.ts").href;
  const scopes = { [worker]: { [entry]: at("./peers/scarce_entry.ts").href } };
  const args = [service, title];
  const command = runArgs(at("./peers/scarce.ts"), args, ["-A"], scopes);
  await using peer = new Peer(Deno.execPath(), command);
  assertStringIncludes(await peer.line(), 'Error: Cannot request "full"');
  assertStringIncludes(await peer.line(), "Error: Cannot connect to");
  assertStringIncludes(await peer.line(), "NotFound: Cannot connect to");
  assertStringIncludes(await peer.line(), 'Error: Cannot poke "item"');
  await peer.says("server: A message is lost");
  assertStringIncludes(await peer.line(), "PermissionDenied: Cannot request");
  await peer.says("server: A message is lost");
  await peer.says("y");
  assertEquals(await sendCopyData(title, new Uint8Array(1), { tag: 3 }), 1);
  await peer.says("3");
  await peer.says("0 atoms left");
});
