/** How Windows Deno gets from npm's archive into the cache. */

import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { dirname } from "node:path";
import { cacheAt, statOf } from "../../lib/wine/cache.ts";
import { installDenoExe } from "../../lib/wine/deno_exe.ts";
import { HostError } from "../../lib/wine/errors.ts";
import { Progress } from "../../lib/wine/progress.ts";
import { findOnPath } from "../../lib/wine/runtime.ts";
import { tempFolder } from "../support/linux.ts";
import { filesBelow } from "../support/project.ts";
import { program } from "./program.ts";

/** Installs what `archive` makes of a downloaded archive, which is not fetched again. */
async function install(
  folder: string,
  archive: (file: string) => Promise<void>,
): Promise<void> {
  using progress = new Progress({ write() {} });
  const cache = cacheAt(folder);
  await archive(`${dirname(cache.denoExe)}.tgz`);
  await installDenoExe(cache, progress);
}

/** Packs a small program, as npm does. */
async function pack(folder: string, file: string): Promise<void> {
  await Deno.mkdir(`${folder}/made/package`, { recursive: true });
  await Deno.writeFile(`${folder}/made/package/deno.exe`, program());
  const { success } = await new Deno.Command("tar", {
    args: ["-czf", file, "-C", `${folder}/made`, "package"],
  }).output();
  assertEquals(success, true);
}

Deno.test("installDenoExe() takes the program out of npm's archive", async () => {
  await using folder = await tempFolder();
  const { denoExe } = cacheAt(folder.path);
  // An interrupted set-up has left a part, and another version its own.
  for (const left of [`${dirname(denoExe)}.partial`, dirname(denoExe)]) {
    await Deno.mkdir(left);
    await Deno.writeTextFile(`${left}/left`, "");
  }
  await install(folder.path, (file) => pack(folder.path, file));
  const made = `${folder.path}/made/package/deno.exe`;
  assertEquals(await filesBelow(folder.path, ""), [denoExe, made]);
  assertEquals(statOf(denoExe)!.mode! & 0o777, 0o755);
});

for (
  const [how, damage] of [
    ["ends early", (bytes: Uint8Array) => bytes.slice(0, bytes.length / 2)],
    ["is damaged", (bytes: Uint8Array) => bytes.fill(7, 20, 40)],
  ] as const
) {
  Deno.test(`installDenoExe() reports an archive that ${how}, and leaves no program`, async () => {
    await using folder = await tempFolder();
    const cache = cacheAt(folder.path);
    const installing = install(folder.path, async (file) => {
      await pack(folder.path, file);
      await Deno.writeFile(file, damage(await Deno.readFile(file)));
    });
    const error = await assertRejects(() => installing, HostError);
    assertEquals(
      error.message.split("\n")[0],
      `Cannot unpack "${dirname(cache.denoExe)}.tgz". Make room on its disk, ` +
        "or remove the file, and try again",
    );
    assertEquals(/tar|gzip/.test(error.message.split("\n")[1]!), true);
    assertEquals(statOf(dirname(cache.denoExe)), undefined);
  });
}

Deno.test("installDenoExe() reports what has no room, and leaves no program", async () => {
  await using folder = await tempFolder();
  const cache = cacheAt(folder.path);
  const path = Deno.env.get("PATH")!;
  await Deno.mkdir(`${folder.path}/bin`);
  await Deno.writeTextFile(
    `${folder.path}/bin/tar`,
    `#!/bin/sh
trap '' XFSZ
ulimit -f 1
exec ${findOnPath("tar")} "$@"`,
    { mode: 0o755 },
  );
  const installing = install(folder.path, async (file) => {
    await pack(folder.path, file);
    Deno.env.set("PATH", `${folder.path}/bin:${path}`);
  });
  const error = await assertRejects(() => installing, HostError)
    .finally(() => Deno.env.set("PATH", path));
  assertMatch(error.message, /Make room on its disk.*\n.*deno\.exe/);
  assertEquals(statOf(dirname(cache.denoExe)), undefined);
});
