import { resolve } from "node:path";
import { DENO_VERSION } from "./deno_version.ts";
import { HostError } from "./errors.ts";

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

/** The target of a path, with links resolved, or `undefined`. */
export function statOf(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch {
    return undefined;
  }
}

/** Removes a file or a tree, if it exists. */
export async function removeTree(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
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
