import { type Cache, readText } from "./cache.ts";

/** The import map that puts the fallback in the place of `@std`. */
export const IMPORT_MAP: string =
  new URL("../std/import_map.json", import.meta.url).href;

/** Spelled apart: a specifier that Deno finds is fetched before it is used. */
const PROBE = ["jsr:", "@std/cli@^1.0.32", "/parse-args"].join("");
const DAY = 86_400_000;

interface JsrRecord {
  at: number;
  reachable: boolean;
}

/** Options for {@linkcode chooseStd}. */
export interface ChooseStdOptions {
  /** Tries JSR. @default {loads a package from it} */
  probe?: () => Promise<boolean>;
  /** Now, in ms. @default {Date.now()} */
  now?: number;
}

/**
 * The flags that make `@std/…` resolve: none where JSR can be reached, else
 * the fallback's import map. JSR is tried once a day at most. `WINIPC_STD` set
 * to `jsr` or `fallback` decides without trying.
 */
export async function chooseStd(
  cache: Cache,
  options: ChooseStdOptions = {},
): Promise<string[]> {
  const { probe = probeJsr, now = Date.now() } = options;
  const fallback = [`--import-map=${IMPORT_MAP}`];
  const forced = Deno.env.get("WINIPC_STD");
  if (forced === "jsr") return [];
  if (forced === "fallback") return fallback;
  const known = readRecord(cache);
  if (known && Math.abs(now - known.at) < DAY) {
    return known.reachable ? [] : fallback;
  }
  const reachable = await probe();
  await writeRecord(cache, { at: now, reachable });
  return reachable ? [] : fallback;
}

/** Whether JSR answers within three seconds. */
export async function probeJsr(): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), 3000);
  import(PROBE).then(() => resolve(true), () => resolve(false));
  const reachable = await promise;
  clearTimeout(timer);
  return reachable;
}

function readRecord(cache: Cache): JsrRecord | undefined {
  try {
    return JSON.parse(readText(cache.jsrRecord) ?? "") as JsrRecord;
  } catch {
    return undefined;
  }
}

async function writeRecord(cache: Cache, record: JsrRecord): Promise<void> {
  await Deno.mkdir(cache.dir, { recursive: true });
  await Deno.writeTextFile(cache.jsrRecord, JSON.stringify(record));
}
