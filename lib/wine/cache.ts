import { resolve } from "node:path";
import { DENO_VERSION } from "./deno_version.ts";
import { HostError, messageOf } from "./errors.ts";

const IN_USE_TIMEOUT_MS = 60_000;
const ACCESS_DENIED = "5";
const SHARING_VIOLATION = "32";
const DIR_NOT_EMPTY = "145";

/** The paths of everything that the host layer sets up. */
export interface Cache {
  /** The folder itself. */
  dir: string;
  /** The private Debian root. */
  root: string;
  /** The Wine prefix. */
  prefix: string;
  /** Windows Deno. */
  denoExe: string;
  /** `DENO_DIR` of Windows Deno. */
  denoDir: string;
  /** Facts about the Wine on the PATH. */
  wineRecord: string;
  /** Whether JSR was reachable, and when that was checked. */
  jsrRecord: string;
  /** The file that set-ups lock. */
  lock: string;
}

/**
 * The per-user cache: `WINIPC_CACHE`, else `winipc` in `XDG_CACHE_HOME`, else
 * in `~/.cache`; on Windows in `LOCALAPPDATA`.
 *
 * @throws {HostError} When the environment names no home.
 */
export function userCache(): Cache {
  return cacheAt(cacheDir());
}

/** The layout of a cache in `dir`, an absolute path. */
export function cacheAt(dir: string): Cache {
  return {
    dir,
    root: `${dir}/root`,
    prefix: `${dir}/prefix`,
    denoExe: `${dir}/deno-${DENO_VERSION}-mapped/deno.exe`,
    denoDir: `${dir}/deno_dir`,
    wineRecord: `${dir}/wine.json`,
    jsrRecord: `${dir}/jsr.json`,
    lock: `${dir}/lock`,
  };
}

/** The text of a file, or `undefined` when it cannot be read. */
export function readText(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return undefined;
  }
}

/** The record in a JSON file, or `undefined` when it cannot be read. */
export function readRecord<T>(path: string): T | undefined {
  try {
    return JSON.parse(readText(path) ?? "") as T;
  } catch {
    return undefined;
  }
}

/** The target of a path, with links resolved, or `undefined`. */
export function statOf(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch {
    return undefined;
  }
}

/**
 * Removes a file or a tree, if it exists. On Windows it may be in use for up to
 * a minute, as in {@linkcode renameNew}: Rust's `remove_dir_all` tries 50 times
 * without a pause (library/std/src/sys/fs/windows/remove_dir_all.rs).
 */
export async function removeTree(
  path: string,
  remove: typeof Deno.remove = Deno.remove,
): Promise<void> {
  try {
    await retryWhileInUse(() => remove(path, { recursive: true }));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/**
 * Renames a file or a folder that was just written. On Windows this fails while
 * a virus scanner has one of the files open, which may take up to a minute
 * (https://github.com/isaacs/node-graceful-fs/pull/97).
 */
export async function renameNew(
  from: string,
  to: string,
  rename: typeof Deno.rename = Deno.rename,
): Promise<void> {
  await retryWhileInUse(() => rename(from, to));
}

async function retryWhileInUse(attempt: () => Promise<void>): Promise<void> {
  const since = performance.now();
  for (let delay = 10;; delay = Math.min(2 * delay, 100)) {
    try {
      return await attempt();
    } catch (error) {
      const elapsed = performance.now() - since;
      if (!isInUse(error) || elapsed > IN_USE_TIMEOUT_MS) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, delay));
  }
}

/** Only Windows has these codes: Linux's 5 is not `PermissionDenied`. */
function isInUse(error: unknown): boolean {
  const [, code] = /\(os error (\d+)\)/.exec(messageOf(error)) ?? [];
  return code === ACCESS_DENIED
    ? error instanceof Deno.errors.PermissionDenied
    : code === SHARING_VIOLATION || code === DIR_NOT_EMPTY;
}

function cacheDir(): string {
  const own = Deno.env.get("WINIPC_CACHE");
  if (own) return resolve(own);
  if (Deno.build.os === "windows") {
    const local = Deno.env.get("LOCALAPPDATA");
    if (local) return `${resolve(local)}\\winipc`;
    throw new HostError(
      "Cannot tell where to keep downloads: set LOCALAPPDATA or WINIPC_CACHE",
    );
  }
  const xdg = Deno.env.get("XDG_CACHE_HOME");
  if (xdg?.startsWith("/")) return `${xdg}/winipc`;
  const home = Deno.env.get("HOME");
  if (home) return `${resolve(home)}/.cache/winipc`;
  throw new HostError(
    "Cannot tell where to keep Wine: set HOME, XDG_CACHE_HOME or WINIPC_CACHE",
  );
}
