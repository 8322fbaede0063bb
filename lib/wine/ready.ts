import { type Cache, readText, statOf } from "./cache.ts";
import { chooseRuntime, findOnPath, type Runtime } from "./runtime.ts";

/** Increase these when a recipe changes: the step is then repeated. */
export const ROOT_RECIPE = "trixie wine 1";
/** See {@linkcode ROOT_RECIPE}. */
export const PREFIX_RECIPE = "win64 null driver 3";
/** The file in a finished folder that contains its recipe's number. */
export const STAMP = ".winipc";

/** The steps of the set-up that are still to be done. */
export interface Missing {
  /** The Wine to use; `undefined` when the one on the PATH is unknown yet. */
  runtime: Runtime | undefined;
  root: boolean;
  prefix: boolean;
  denoExe: boolean;
}

/** Checks the cache with a few file look-ups. */
export function missingSteps(cache: Cache): Missing {
  const runtime = chooseRuntime(cache);
  return {
    runtime,
    root: runtime?.kind === "private" && !rootIsThere(cache),
    prefix: !runtime || !prefixIsThere(cache, runtime),
    denoExe: !((statOf(cache.denoExe)?.size ?? 0) > 0),
  };
}

/** The runtime when nothing is missing, else `undefined`. */
export function readyRuntime(cache: Cache): Runtime | undefined {
  const missing = missingSteps(cache);
  const ready = !missing.root && !missing.prefix && !missing.denoExe;
  return ready ? missing.runtime : undefined;
}

/** The stamp of a prefix made for `runtime`. */
export function prefixStamp(runtime: Runtime): string {
  return `${PREFIX_RECIPE}\n${runtime.id}\n`;
}

function rootIsThere(cache: Cache): boolean {
  return readText(`${cache.root}/${STAMP}`) === `${ROOT_RECIPE}\n` &&
    statOf(`${cache.root}/usr/lib/wine/wine64`) !== undefined &&
    findOnPath("bwrap") !== undefined;
}

function prefixIsThere(cache: Cache, runtime: Runtime): boolean {
  return readText(`${cache.prefix}/${STAMP}`) === prefixStamp(runtime) &&
    statOf(`${cache.prefix}/system.reg`) !== undefined &&
    statOf(`${cache.prefix}/drive_c/windows/system32/kernel32.dll`) !==
      undefined;
}
