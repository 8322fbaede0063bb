/**
 * The project where JSR can be reached, without JSR: `@std` comes from a
 * registry on loopback, as `jsr:` packages, into empty caches. It runs from a
 * read-only checkout in a folder with spaces and Chinese letters, which has no
 * fallback: what resolves otherwise fails.
 */

import { assertEquals, assertGreaterOrEqual, assertMatch } from "@std/assert";
import { cacheAt, userCache } from "../../../lib/wine/cache.ts";
import { filesBelow, projectFolder } from "../../support/project.ts";
import { tempFolder, win } from "../../support/linux.ts";
import { Registry } from "./registry.ts";

const LEFT_OUT = [".git", "node_modules", "coverage", "std", "std_testing"];
const TIMEOUT = 300_000;
/** Files that start children, with all and with few permissions, and use all of `@std`. */
const TESTS = [
  "tests/cli/pipe_info_test.ts",
  "tests/io/wait_time_test.ts",
  "tests/docs/readme_test.ts",
  // In the Deno of this machine.
  "tests/runner/layers_test.ts",
];

/** Where each file is, and when it was written. */
async function stateOf(folder: string): Promise<string[]> {
  const files = await filesBelow(folder, "");
  return files.map((file) => `${file} ${Deno.statSync(file).mtime?.getTime()}`);
}

/** A checkout without the fallback, which nobody may write to. */
async function checkout(folder: string): Promise<string> {
  const root = projectFolder();
  const copy = `${folder}/Program Files 中文`;
  for (const file of await filesBelow(root, "", LEFT_OUT)) {
    const target = copy + file.slice(root.length);
    await Deno.mkdir(target.replace(/[^/]*$/, ""), { recursive: true });
    await Deno.copyFile(file, target);
  }
  await chmod("a-w", copy);
  return copy;
}

async function chmod(mode: string, path: string): Promise<void> {
  await new Deno.Command("chmod", { args: ["-R", mode, path] }).output();
}

/** A cache that borrows all but what Deno downloads. */
async function emptyCache(dir: string): Promise<string> {
  await win(["--version"]);
  const [own, user] = [cacheAt(dir), userCache()];
  await Deno.mkdir(dir);
  const folders = ["root", "prefix", "wineRecord"] as const;
  for (const name of folders) await Deno.symlink(user[name], own[name]);
  await Deno.symlink(`${user.dir}/foreign`, `${dir}/foreign`);
  const exe = (path: string) => path.replace(/\/[^/]*$/, "");
  await Deno.symlink(exe(user.denoExe), exe(own.denoExe));
  return dir;
}

Deno.test("with JSR in reach all of the project takes @std from there", async (t) => {
  await using folder = await tempFolder();
  await using registry = await Registry.start();
  const copy = await checkout(folder.path);
  const before = await stateOf(copy);
  const env = {
    DENO_DIR: `${folder.path}/deno_dir`,
    JSR_URL: registry.url,
    NO_COLOR: "1",
    WINIPC_CACHE: await emptyCache(`${folder.path}/cache`),
    WINIPC_STD: "jsr",
    INIT_CWD: "",
  };
  const deno = async (...args: string[]) => {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args,
      cwd: copy,
      env,
      stdin: "null",
      signal: AbortSignal.timeout(TIMEOUT),
    }).output();
    const [out, talk] = [stdout, stderr]
      .map((bytes) => new TextDecoder().decode(bytes));
    return { code, out: out!, talk: talk! };
  };
  try {
    await t.step("cli.ts", async () => {
      const { code, out, talk } = await deno(
        "run",
        "-A",
        "cli.ts",
        "--version",
      );
      assertEquals([code, out.startsWith("winipc ")], [0, true], talk);
      assertEquals([...registry.asked.keys()].includes("@std/cli"), true);
    });
    await t.step("tests that use peers", async () => {
      const { code, out, talk } = await deno("task", "test", ...TESTS);
      assertEquals(code, 0, out + talk);
      assertMatch(out, /^\d+ passed, 0 failed$/m);
    });
    await t.step("the package", async () => {
      // `deno task check` looks at its types.
      const dry = ["publish", "--dry-run", "--allow-dirty", "--no-check"];
      const { code, talk } = await deno(...dry);
      assertEquals(code, 0, talk);
    });
    await t.step("all packages were asked for, by either Deno", () => {
      const all = ["@std/assert", "@std/cli", "@std/fmt", "@std/testing"];
      assertEquals([...registry.asked.keys()].sort(), all);
      assertGreaterOrEqual(registry.asked.get("@std/assert")!, 2);
    });
    await t.step("nothing was written to the checkout", async () => {
      assertEquals(await stateOf(copy), before);
    });
  } finally {
    await chmod("u+w", copy);
  }
});
