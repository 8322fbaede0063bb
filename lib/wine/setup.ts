import type { Cache } from "./cache.ts";
import { installDebianRoot } from "./debian_root.ts";
import { installDenoExe, UNPACKING_TOOLS } from "./deno_exe.ts";
import { HostError } from "./errors.ts";
import { withLock } from "./lock.ts";
import { needTools } from "./packages.ts";
import { installPrefix } from "./prefix.ts";
import { runTool } from "./process.ts";
import { Progress } from "./progress.ts";
import { missingSteps, readyRuntime } from "./ready.ts";
import {
  findOnPath,
  type Runtime,
  wineIdentity,
  type WineRecord,
} from "./runtime.ts";
import { checkDisk, checkSystem, neededBytes } from "./system.ts";

/**
 * Sets up missing parts in the cache and returns the Wine to use. Finished
 * steps are kept; one process at a time does the work.
 *
 * @throws {HostError} When it fails; unfinished parts are not used.
 */
export async function setUp(cache: Cache): Promise<Runtime> {
  checkSystem();
  using progress = new Progress();
  return await withLock(
    cache,
    () => progress.line("another process is setting up Wine, waiting for it"),
    () => finish(cache, progress),
  );
}

async function finish(cache: Cache, progress: Progress): Promise<Runtime> {
  const ready = readyRuntime(cache);
  if (ready) return ready;
  if (!missingSteps(cache).runtime) await recordWine(cache);
  const missing = missingSteps(cache);
  const { runtime } = missing;
  if (!runtime) {
    throw new HostError("The Wine on the PATH has changed: try again");
  }
  progress.line(`setting up Windows programs in "${cache.dir}" (once)`);
  await checkDisk(cache.dir, neededBytes(missing));
  // Before both steps, which must not install packages at the same time.
  await needTools([
    ...missing.denoExe ? UNPACKING_TOOLS : [],
    ...runtime.kind === "path" ? ["setpriv"] : [],
  ], progress);
  await bothSteps(
    missing.denoExe ? installDenoExe(cache, progress) : undefined,
    missing.root ? installDebianRoot(cache, progress) : undefined,
  );
  const again = missingSteps(cache);
  if (again.prefix) await installPrefix(cache, again.runtime!, progress);
  const done = readyRuntime(cache);
  if (done) return done;
  throw new HostError(
    `The set-up in "${cache.dir}" is incomplete: remove the folder and try again`,
  );
}

/** Gets the version of the Wine on the PATH and keeps it in the cache. */
async function recordWine(cache: Cache): Promise<void> {
  const wine = findOnPath("wine");
  if (!wine) return;
  const { stdout } = await runTool(wine, {
    args: ["--version"],
    timeout: 20_000,
  });
  const record: WineRecord = {
    identity: wineIdentity(wine),
    major: majorVersion(stdout),
  };
  await Deno.writeTextFile(cache.wineRecord, JSON.stringify(record));
}

/** The major version in `wine-10.0 (Debian 10.0~repack-6)`; 0 without one. */
export function majorVersion(text: string): number {
  return Number(text.match(/wine-(\d+)/)?.[1] ?? 0);
}

/**
 * Waits for both, even if one fails, so that no step continues in the
 * background.
 */
async function bothSteps(
  ...steps: (Promise<void> | undefined)[]
): Promise<void> {
  for (const result of await Promise.allSettled(steps)) {
    if (result.status === "rejected") throw result.reason;
  }
}
