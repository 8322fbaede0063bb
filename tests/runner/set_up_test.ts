/** What the test task does before its first test. */

import { assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import { cacheAt } from "../../lib/wine/cache.ts";
import { tempFolder } from "../support/linux.ts";
import { foreignPrograms } from "./tests.ts";

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

Deno.test("two runs get the programs of others one after the other", async () => {
  await using folder = await tempFolder();
  const cache = cacheAt(folder.path);
  // It fails if it runs beside another, and waits for the other to try.
  const preparation = `${folder.path}/prepare.ts`;
  await Deno.writeTextFile(
    preparation,
    `const [folder] = Deno.args;
    await Deno.mkdir(folder);
    while (!await Deno.stat("${folder.path}/go").catch(() => undefined));
    await Deno.remove(folder);
    console.log(JSON.stringify({ FOLDER: folder }));`,
  );
  const go = () => Deno.writeTextFileSync(`${folder.path}/go`, "");
  const runs = [1, 2].map(() => foreignPrograms(preparation, cache, go));
  // Without a lock, the second ends before the first may go on.
  const first = await Promise.race(runs).finally(go);
  assertEquals(first, { FOLDER: `${folder.path}/foreign` });
  assertEquals(await Promise.all(runs), [first, first]);
});
