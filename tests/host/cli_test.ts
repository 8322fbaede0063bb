import { fileURLToPath } from "node:url";
import { assertEquals, assertStringIncludes } from "@std/assert";

const CLI = fileURLToPath(new URL("../../cli.ts", import.meta.url));

Deno.test("cli.ts names the permissions that it lacks", async () => {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-read", CLI],
  }).output();
  assertEquals(code, 1);
  const text = new TextDecoder().decode(stderr);
  assertStringIncludes(text, "winipc: Running Windows programs here needs");
  assertStringIncludes(text, "--allow-run");
});
