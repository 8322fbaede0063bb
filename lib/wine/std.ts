import { type Cache, readRecord } from "./cache.ts";

/** The import map that replaces `@std` by the fallback. */
export const IMPORT_MAP: string =
  new URL("../std/import_map.json", import.meta.url).href;

const PROBE = 'await import("jsr:@std/cli@^1.0.32/parse-args")';
const DAY = 86_400_000;

interface JsrRecord {
  at: number;
  reachable: boolean;
}

/** Options for {@linkcode chooseStd}. */
export interface ChooseStdOptions {
  /** The map of the fallback. @default {the one for the package itself} */
  importMap?: string;
  /** Tries JSR. @default {loads a package from it} */
  probe?: () => Promise<boolean>;
  /** Now, in ms. @default {Date.now()} */
  now?: number;
}

/**
 * The flags that make `@std/…` resolve: none if JSR can be reached, else the
 * fallback's import map. JSR is tried once a day at most. `WINIPC_STD` set to
 * `jsr` or `fallback` decides without trying.
 */
export async function chooseStd(
  cache: Cache,
  options: ChooseStdOptions = {},
): Promise<string[]> {
  const { probe = probeJsr, now = Date.now() } = options;
  const fallback = [`--import-map=${options.importMap ?? IMPORT_MAP}`];
  const forced = Deno.env.get("WINIPC_STD");
  if (forced === "jsr") return [];
  if (forced === "fallback") return fallback;
  const known = readRecord<JsrRecord>(cache.jsrRecord);
  if (known && Math.abs(now - known.at) < DAY) {
    return known.reachable ? [] : fallback;
  }
  const reachable = await probe();
  await writeRecord(cache, { at: now, reachable });
  return reachable ? [] : fallback;
}

/** Whether JSR answers within four seconds. */
export async function probeJsr(): Promise<boolean> {
  // A separate process can be quiet, and be ended when it takes too long.
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", "--no-config", PROBE],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const timer = setTimeout(() => child.kill(), 4000);
  const { success } = await child.status;
  clearTimeout(timer);
  return success;
}

async function writeRecord(cache: Cache, record: JsrRecord): Promise<void> {
  try {
    await Deno.mkdir(cache.dir, { recursive: true });
    await Deno.writeTextFile(cache.jsrRecord, JSON.stringify(record));
  } catch {
    // JSR is tried again next time. The set-up reports an unusable cache.
  }
}
