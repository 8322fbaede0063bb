/** The tasks of deno.json start what there is. */

import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import config from "../../deno.json" with { type: "json" };

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** Those that come with nothing behind the verb, which an entry tells as a wrong call. */
const VERBS = /^deno run -A (\S+\/main\.ts) (\S+)$/;

Deno.test("each file that a task names is there", async () => {
  for (const [task, command] of Object.entries(config.tasks)) {
    const files = command.match(/\S+\.ts\b/g) ?? [];
    assert(files.length > 0, task);
    for (const file of files) await Deno.stat(`${ROOT}${file}`);
  }
});

Deno.test("each verb that a task gives its entry is one of the entry's", async () => {
  for (const [task, command] of Object.entries(config.tasks)) {
    const [, file, verb] = VERBS.exec(command) ?? [];
    if (file === undefined) continue;
    const text = await Deno.readTextFile(`${ROOT}${file}`);
    assertEquals(text.includes(`case "${verb}":`), true, task);
  }
});
