/** The helper that runs commands in one process. */

import { assertEquals, assertRejects } from "@std/assert";
import { begin, withShell } from "./shell.ts";

withShell();

Deno.test("ready() fails with the output of a command that ends before it is ready", async () => {
  await using failing = await begin(["pipe", "serve", "x", "--pip"]);
  await assertRejects(() => failing.ready(), Error, 'option "--pip"');
  assertEquals((await failing.ended()).code, 2);
  // Its end is known by now.
  await assertRejects(() => failing.ready(), Error, "ended with 2");
});
