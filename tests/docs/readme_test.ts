/** The scripts in the README and the guide do what these say. */

import { assert, assertEquals } from "@std/assert";
import { removeTree } from "../../lib/wine/cache.ts";
import { importFlags } from "../support/deno.ts";
import { uniqueName } from "../support/names.ts";
import { type Ended, Peer } from "../support/peer.ts";
import { SYSTEM32 } from "../support/system32.ts";

const ROOT = new URL("../../", import.meta.url);

/**
 * Writes the TypeScript block of `page` with the pipe `pipe` to a file that
 * imports `mod.ts` from here. The pipe gets a name that nothing else has: other
 * examples, which are tested at the same time, have the same one.
 */
async function extract(
  page: string,
  pipe: string,
  path: string,
): Promise<void> {
  const text = await Deno.readTextFile(new URL(page, ROOT));
  const blocks = [...text.matchAll(/^```ts.*\n([^]*?)^```$/gm)];
  const name = JSON.stringify(pipe);
  const [, script] = blocks.find(([, code]) => code!.includes(name)) ?? [];
  assert(script !== undefined, `no block of ${page} contains ${name}`);
  const module = JSON.stringify(new URL("mod.ts", ROOT).href);
  assert(script.includes('"@winipc/winipc"'), script);
  const own = script.replace('"@winipc/winipc"', module)
    .replaceAll(name, JSON.stringify(uniqueName()));
  await Deno.writeTextFile(path, own);
}

/** Runs Deno on the block of `page` with the pipe `pipe`. */
async function outcome(
  page: string,
  pipe: string,
  args: string[],
): Promise<Ended> {
  const folder = await Deno.makeTempDir({ prefix: "winipc-readme-" });
  try {
    const path = `${folder}\\script.ts`;
    await extract(page, pipe, path);
    const [verb, ...flags] = args as [string, ...string[]];
    const command = [verb, ...importFlags(), ...flags, path];
    await using deno = new Peer(Deno.execPath(), command);
    return await deno.ended();
  } finally {
    await removeTree(folder);
  }
}

Deno.test("the first script says hello", async () => {
  const kernel32 = `--allow-ffi=${SYSTEM32}\\kernel32.dll`;
  assertEquals(
    await outcome("README.md", "greeter", ["run", "--no-prompt", kernel32]),
    { code: 0, stdout: "hello", stderr: "" },
  );
});

Deno.test("the guide's test has no leaks", async () => {
  const args = ["test", "--no-check", "-A"];
  const { code, stdout, stderr } = await outcome(
    ".github/docs/guide.md",
    "greeter-test",
    args,
  );
  assertEquals(code, 0, stdout + stderr);
  assert(stdout.includes("| 1 passed | 0 failed"), stdout);
});
