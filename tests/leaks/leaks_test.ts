import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { runScript } from "../helpers/peer.ts";

/** What Deno's own memory goes up and down by: half a KiB a cycle would show. */
const NOISE = 5 * 1024 * 1024;

async function cycles(what: string, count: number): Promise<void> {
  const url = new URL("./cycles.ts", import.meta.url);
  const flags = ["-A", "--v8-flags=--expose-gc"];
  const { stdout, stderr } = await runScript(url, [what, count], flags);
  const { handlesBefore, handles, bytes } = JSON.parse(stdout || `"${stderr}"`);
  assertGreater(handlesBefore, 0);
  // Fewer, where idle threads of Deno have ended meanwhile.
  assertEquals(handles <= 0, true, `${handles} handles more`);
  assertLess(bytes, NOISE);
}

Deno.test("10000 connections, echoed and closed, leave no handle and no memory", async () => {
  await cycles("pipe", 10_000);
});

Deno.test("10000 mailslots, sent to and closed, leave no handle and no memory", async () => {
  await cycles("mailslot", 10_000);
});

Deno.test("10000 reads given up leave no handle and no memory", async () => {
  await cycles("abort", 10_000);
});
