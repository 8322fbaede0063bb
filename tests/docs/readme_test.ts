/** The scripts in the README do what it says of them, as they stand there. */

import { assert, assertEquals } from "@std/assert";
import { importFlags } from "../support/deno.ts";
import { type Ended, Peer } from "../support/peer.ts";
import { SYSTEM32 } from "../support/system32.ts";

const ROOT = new URL("../../", import.meta.url);

/** The README's block of TypeScript with `words`, as a file that imports `mod.ts` from here. */
async function written(words: string, path: string): Promise<void> {
  const readme = await Deno.readTextFile(new URL("README.md", ROOT));
  const blocks = [...readme.matchAll(/^```ts\n([^]*?)^```$/gm)];
  const [, script] = blocks.find(([, code]) => code!.includes(words)) ?? [];
  assert(script !== undefined, `no block has ${words}`);
  const module = JSON.stringify(new URL("mod.ts", ROOT).href);
  await Deno.writeTextFile(path, script.replace('"./mod.ts"', module));
}

/** Runs Deno on what the README has with `words`. */
async function outcome(words: string, args: string[]): Promise<Ended> {
  const folder = await Deno.makeTempDir({ prefix: "winipc-readme-" });
  try {
    const path = `${folder}\\written.ts`;
    await written(words, path);
    const [verb, ...flags] = args as [string, ...string[]];
    const command = [verb, ...importFlags(), ...flags, path];
    await using deno = new Peer(Deno.execPath(), command);
    return await deno.ended();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("the first script says hello", async () => {
  const kernel32 = `--allow-ffi=${SYSTEM32}\\kernel32.dll`;
  assertEquals(
    await outcome("greeter", ["run", "--no-prompt", kernel32]),
    { code: 0, stdout: "hello", stderr: "" },
  );
});

Deno.test("the test of one's own has no leak to tell", async () => {
  const args = ["test", "--no-check", "-A"];
  const { code, stdout, stderr } = await outcome("lockNativeAccess", args);
  assertEquals(code, 0, stdout + stderr);
  assert(stdout.includes("| 1 passed | 0 failed"), stdout);
});
