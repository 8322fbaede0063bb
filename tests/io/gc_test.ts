import { assertEquals } from "@std/assert";
import { runScript } from "../helpers/peer.ts";

Deno.test("operations in flight survive constant garbage collection", async () => {
  const url = new URL("./peers/collecting.ts", import.meta.url);
  const flags = ["-A", "--v8-flags=--expose-gc"];
  const { stdout, stderr } = await runScript(url, [], flags);
  assertEquals(stdout || stderr, "300 300");
});
