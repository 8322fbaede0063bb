import { assertEquals, assertStringIncludes } from "@std/assert";
import { runArgs } from "../../support/deno.ts";

const CLI = new URL("../../../cli.ts", import.meta.url);

Deno.test("cli.ts names the permissions that it lacks", async () => {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: runArgs(CLI, [], ["--allow-read"]),
  }).output();
  assertEquals(code, 1);
  const text = new TextDecoder().decode(stderr);
  assertStringIncludes(text, "winipc: Running Windows programs here needs");
  assertStringIncludes(text, "--allow-run");
});
