import { assertEquals, assertRejects } from "@std/assert";
import { cacheAt } from "../../lib/wine/cache.ts";
import { HostError } from "../../lib/wine/errors.ts";
import { installPrefix } from "../../lib/wine/prefix.ts";
import { Progress } from "../../lib/wine/progress.ts";
import { prefixStamp } from "../../lib/wine/ready.ts";
import type { Runtime } from "../../lib/wine/runtime.ts";
import { tempFolder } from "../support/linux.ts";

const RUNTIME: Runtime = { kind: "path", id: "a Wine of this test" };
const REGISTRY = 'echo made > "$WINEPREFIX/system.reg"';

/** Makes a prefix by programs of this test instead of Wine's. */
async function install(folder: string, wineboot: string, wine = "exit 0") {
  const programs = { wineboot, wine, wineserver: "exit 0" };
  for (const [name, script] of Object.entries(programs)) {
    const file = `${folder}/${name}`;
    await Deno.writeTextFile(file, `#!/bin/sh\n${script}\n`);
    await Deno.chmod(file, 0o755);
  }
  const path = Deno.env.get("PATH")!;
  Deno.env.set("PATH", `${folder}:${path}`);
  try {
    using progress = new Progress({ write() {} });
    await installPrefix(cacheAt(folder), RUNTIME, progress);
  } finally {
    Deno.env.set("PATH", path);
  }
}

for (
  const [how, wineboot, wine] of [
    ["is killed halfway", `${REGISTRY}; kill -9 $$`],
    ["is followed by settings that fail", REGISTRY, "exit 1"],
  ] as const
) {
  Deno.test(`a prefix whose wineboot ${how} is not used, and is made again`, async () => {
    await using folder = await tempFolder();
    const { prefix } = cacheAt(folder.path);
    const stamp = `${prefix}/.winipc`;
    await assertRejects(
      () => install(folder.path, wineboot, wine),
      HostError,
      "Cannot make the Wine prefix",
    );
    await assertRejects(() => Deno.stat(prefix), Deno.errors.NotFound);
    await install(folder.path, REGISTRY);
    assertEquals(await Deno.readTextFile(stamp), prefixStamp(RUNTIME));
  });
}
