/** Whether waits with a time limit, and awaited closes, keep the program alive. */

import { assertEquals } from "@std/assert";
import { runScript } from "../support/peer.ts";
import { CLOSES } from "./peers/closes.ts";
import { WAITERS } from "./peers/waits.ts";

function peer(name: string): URL {
  return new URL(`./peers/${name}.ts`, import.meta.url);
}

Deno.test("a wait keeps the program alive until its time limit", async () => {
  const { code, stdout, stderr } = await runScript(peer("refed_waits"));
  const lines = Object.keys(WAITERS).map((kind) => `${kind}: TimeoutError`);
  assertEquals([stderr, stdout.split("\n"), code], ["", lines, 0]);
});

Deno.test("an unref'd wait lets the program end before its time limit", async () => {
  const { code, stdout, stderr } = await runScript(peer("unrefed_waits"));
  assertEquals([stderr, stdout, code], ["", "", 0]);
});

for (const kind of Object.keys(CLOSES)) {
  Deno.test(`an awaited close after unref() keeps the program alive until its end: ${kind}`, async () => {
    const { code, stdout, stderr } = await runScript(peer("closing"), [kind]);
    assertEquals([stderr, stdout, code], ["", "closed", 0]);
  });
}
