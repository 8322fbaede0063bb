/** What the test task does before its first test. */

import { assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";

Deno.test("without Wine no test begins, and the reason is reported once", async () => {
  const main = fileURLToPath(new URL("./main.ts", import.meta.url));
  const file = "tests/mailslot/mailslot_test.ts";
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", main, "test", file],
    cwd: fileURLToPath(new URL("../../", import.meta.url)),
    // No folder can be made there, not even by root.
    env: { WINIPC_CACHE: "/proc/winipc", WINIPC_STD: "fallback" },
    stdin: "null",
  }).output();
  const [out, talk] = [stdout, stderr].map((b) => new TextDecoder().decode(b));
  assertEquals([code, out], [1, ""]);
  assertMatch(talk!, /^winipc: Cannot write to the cache "\/proc\/winipc"/);
  assertEquals(talk!.includes("programs to test against"), false);
});
