import { assertEquals, assertRejects } from "@std/assert";
import { sendCopyData } from "../../lib/copy_data.ts";
import { uniqueName } from "../helpers/names.ts";
import "../helpers/native.ts";
import { startScript } from "../helpers/peer.ts";

const at = (path: string) => new URL(path, import.meta.url);

/** Has the window thread of a process begin with a module of the test's. */
function throwing(): string {
  const worker = at("../../lib/window/worker.ts").href;
  const entry = at("../../lib/window/thread_entry.ts").href;
  const other = at("./peers/throwing_entry.ts").href;
  const map = JSON.stringify({ scopes: { [worker]: { [entry]: other } } });
  return `--import-map=data:application/json,${encodeURIComponent(map)}`;
}

Deno.test("a window procedure that throws fails its window, and not the process", async () => {
  const title = uniqueName();
  const flags = ["-A", throwing()];
  await using peer = startScript(at("./peers/throwing.ts"), [title], flags);
  await peer.says("ready");
  // The result of a callback that throws is 0, or the window vanishes before.
  const answer = sendCopyData(title, new Uint8Array(1))
    .catch((error) => (error as Error).name);
  await peer.says("The window thread has failed: Error: thrown on purpose");
  assertEquals([0, "BrokenPipe"].includes(await answer), true);
  const { code, stderr } = await peer.ended();
  assertEquals([code, stderr], [0, ""]);
  await assertRejects(
    () => sendCopyData(title, new Uint8Array(1)),
    Deno.errors.NotFound,
  );
});
