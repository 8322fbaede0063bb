import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { readUntil, restOf, startWin } from "./helpers.ts";

const SCRIPT = fileURLToPath(
  new URL("../copy_data/peers/ending.ts", import.meta.url),
);

Deno.test("Ctrl-C ends a program with a window within 2 s", async () => {
  const title = `winipc-signal-${crypto.randomUUID()}`;
  const child = startWin(["run", "-A", "--no-config", SCRIPT, title, "wait"]);
  await readUntil(child.stdout, "ready");
  const began = performance.now();
  child.kill("SIGINT");
  await Promise.all([
    restOf(child.stdout),
    child.status,
    child.stdin.close(),
    child.stderr.cancel(),
  ]);
  assertEquals(performance.now() - began < 2000, true);
});
