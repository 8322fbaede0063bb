/** The environment of tests where a proxy is set. */

import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";

Deno.test("tests reach servers of this computer where a proxy is set", async () => {
  const main = fileURLToPath(new URL("./main.ts", import.meta.url));
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", main, "test", "tests/wine/download_test.ts"],
    cwd: fileURLToPath(new URL("../../", import.meta.url)),
    env: {
      HTTP_PROXY: "http://127.0.0.1:9",
      NO_PROXY: "",
      no_proxy: "",
      WINIPC_STD: "fallback",
    },
    stdin: "null",
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stdout));
});
