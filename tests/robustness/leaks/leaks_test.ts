import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { runScript } from "../../support/peer.ts";
import { UNDER_WINE } from "../../support/system.ts";
import { NOISE } from "./noise.ts";

/** Wine makes a file for each piece of shared memory, which takes it milliseconds. */
const RINGS = UNDER_WINE ? 1000 : 10_000;

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

Deno.test("300 requests, each over a connection of its own, leave no handle and no memory", async () => {
  await cycles("http", 300);
});

Deno.test("100 WebSockets, each over a connection of its own, leave no handle and no memory", async () => {
  await cycles("web socket", 100);
});

Deno.test("10000 mailslots, sent to and closed, leave no handle and no memory", async () => {
  await cycles("mailslot", 10_000);
});

Deno.test("10000 aborted reads leave no handle and no memory", async () => {
  await cycles("abort", 10_000);
});

Deno.test("300 framed messages, each by objects of its own, leave no handle and no memory", async () => {
  await cycles("framing", 300);
});

Deno.test("300 lists of named objects leave no handle and no memory", async () => {
  await cycles("objects", 300);
});

Deno.test(`${RINGS} rings, written, read and closed, leave no handle and no memory`, async () => {
  await cycles("ring", RINGS);
});

// They are one kind of object to winipc, and share the 10,000.
for (const what of ["event", "mutex", "semaphore"]) {
  Deno.test(`3333 times one ${what}, opened, taken and closed, leave no handle and no memory`, async () => {
    await cycles(what, 3_333);
  });
}
