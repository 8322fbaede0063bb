import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { cacheAt, userCache } from "../../lib/wine/cache.ts";
import { withLock } from "../../lib/wine/lock.ts";
import { missingSteps } from "../../lib/wine/ready.ts";
import { finish, startMain, tempFolder, win } from "../support/linux.ts";

/** A cache of its own that borrows what takes long to get: all but a prefix. */
async function borrowingCache() {
  await win(["--version"]);
  const folder = await tempFolder();
  const own = cacheAt(folder.path);
  const user = userCache();
  await Deno.symlink(user.root, own.root);
  await Deno.symlink(
    user.denoExe.replace(/\/[^/]*$/, ""),
    own.denoExe.replace(/\/[^/]*$/, ""),
  );
  await Deno.copyFile(user.wineRecord, own.wineRecord).catch(() => {});
  return { folder, own, env: { WINIPC_CACHE: folder.path } };
}

async function processesOf(cache: string): Promise<number> {
  let count = 0;
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const env = await Deno.readTextFile(`/proc/${name}/environ`)
      .catch(() => "");
    if (env.includes(`WINEPREFIX=`) && env.includes(`${cache}/prefix`)) count++;
  }
  return count;
}

Deno.test("two set-ups at once share the work; --stop ends the session", async () => {
  const { folder, own, env } = await borrowingCache();
  await using _ = folder;
  const runs = await Promise.all(
    [3, 4].map((code) =>
      finish(startMain(["wine", "cmd", "/c", `exit ${code}`], { env }))
    ),
  );
  assertEquals(runs.map(({ code }) => code), [3, 4]);
  const talk = runs.map(({ stderr }) => stderr).join("");
  assertEquals(talk.match(/Wine prefix: done/g)?.length, 1);
  assertMatch(talk, /another process is setting up/);
  assertEquals(await processesOf(folder.path) > 0, true);

  assertEquals((await finish(startMain(["wine", "--stop"], { env }))).code, 0);
  assertEquals(await processesOf(folder.path), 0);

  await Deno.remove(`${own.prefix}/system.reg`);
  assertEquals(missingSteps(own).prefix, true);
  assertEquals(missingSteps(own).denoExe, false);
});

Deno.test("--stop without a session does nothing", async () => {
  await using folder = await tempFolder();
  const env = { WINIPC_CACHE: folder.path };
  const { code, stderr } = await finish(startMain(["wine", "--stop"], { env }));
  assertEquals([code, stderr], [0, ""]);
});

Deno.test("a cache that cannot be written is one clear error", async () => {
  const env = { WINIPC_CACHE: "/proc/winipc" };
  const { code, stderr } = await win(["--version"], "", { env });
  assertEquals(code, 1);
  assertStringIncludes(stderr, 'winipc: Cannot write to the cache "/proc/');
  assertStringIncludes(stderr, "Set WINIPC_CACHE");
});

Deno.test("missingSteps() sees what is not there", async () => {
  await using folder = await tempFolder();
  const missing = missingSteps(cacheAt(folder.path));
  assertEquals([missing.prefix, missing.denoExe], [true, true]);
});

Deno.test("withLock() lets one in at a time and reports who waits", async () => {
  await using folder = await tempFolder();
  const cache = cacheAt(folder.path);
  const order: string[] = [];
  const first = Promise.withResolvers<void>();
  const inside = Promise.withResolvers<void>();
  const one = withLock(cache, () => {}, async () => {
    inside.resolve();
    await first.promise;
    order.push("one");
  });
  await inside.promise;
  const two = withLock(cache, () => first.resolve(), () => {
    order.push("two");
    return Promise.resolve();
  });
  await Promise.all([one, two]);
  assertEquals(order, ["one", "two"]);
});
