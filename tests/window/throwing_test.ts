import { assertEquals } from "@std/assert";
import { sendCopyData } from "../../lib/copy_data.ts";
import { uniqueName } from "../helpers/names.ts";
import "../helpers/native.ts";
import { startScript } from "../helpers/peer.ts";

const data = new Uint8Array(1);

const at = (path: string) => new URL(path, import.meta.url);

/** Has the window thread of a process begin with a module of the test's. */
function throwing(): string {
  const worker = at("../../lib/window/worker.ts").href;
  const entry = at("../../lib/window/thread_entry.ts").href;
  const other = at("./peers/throwing_entry.ts").href;
  const map = JSON.stringify({ scopes: { [worker]: { [entry]: other } } });
  return `--import-map=data:application/json,${encodeURIComponent(map)}`;
}

Deno.test("a window procedure that throws answers 0, and its process goes on", async () => {
  const title = uniqueName();
  const flags = ["-A", throwing()];
  await using peer = startScript(at("./peers/throwing.ts"), [title], flags);
  await peer.says("ready");
  assertEquals(await sendCopyData(title, data, { tag: 1 }), 0);
  assertEquals(await sendCopyData(title, data, { tag: 2 }), 1);
  await peer.says("2");
  const { code, stderr } = await peer.ended();
  assertEquals([code, stderr], [0, ""]);
});
