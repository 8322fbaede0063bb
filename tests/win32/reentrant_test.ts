import { assertEquals, assertThrows } from "@std/assert";
import { reentrantParameters } from "../../lib/win32/binding.ts";
import { runScript } from "../support/peer.ts";

Deno.test("a call that calls back goes on when its caller's optimized code became invalid", async () => {
  const url = new URL("./peers/reentering.ts", import.meta.url);
  const flags = ["-A", "--v8-flags=--allow-natives-syntax"];
  const { stdout, stderr, code } = await runScript(url, [], flags);
  assertEquals(stderr, "");
  assertEquals(stdout.split(/\r?\n/), [
    `${2n ** 64n - 1n}`,
    // 100, and 5 of each call within.
    "115",
    `${2 ** 32 - 1}`,
  ]);
  assertEquals(code, 0);
});

Deno.test("a function that calls back must end with a number of 4 or 8 bytes", () => {
  assertEquals(reentrantParameters(["buffer", "i32"]), [
    "buffer",
    { struct: ["i32"] },
  ]);
  for (const types of [[], ["buffer"], ["u16"], ["u8"]] as const) {
    assertThrows(() => reentrantParameters(types), TypeError);
  }
});
