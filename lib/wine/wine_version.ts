import type { Cache } from "./cache.ts";
import { runTool } from "./process.ts";
import { findOnPath, wineIdentity, type WineRecord } from "./runtime.ts";

/** Gets the version of the Wine on the PATH and keeps it in the cache. */
export async function recordWine(cache: Cache): Promise<void> {
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
