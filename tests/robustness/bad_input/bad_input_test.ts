import { assertEquals, assertGreater } from "@std/assert";
import { runScript } from "../../support/peer.ts";

Deno.test("bad input for memory, sync objects, waits and rings is rejected before any native call", async () => {
  const url = new URL("memory.ts", import.meta.url);
  const { code, stdout, stderr } = await runScript(url, [], []);
  assertEquals([code, stderr], [0, ""]);
  const lines = stdout.split("\n");
  assertGreater(lines.length, 150);
  const wrong = lines.filter((line) => {
    const [expected, came] = line.split(" ").slice(-2);
    return expected !== came;
  });
  assertEquals(wrong, []);
});
