import { isGranted } from "../permission.ts";
import { wineVersion } from "../system/mod.ts";

export interface SystemInfo {
  readonly os: string;
  /** Its version; `undefined` without `--allow-sys`. */
  readonly release: string | undefined;
  /** Whether this is Wine; `undefined` where that cannot be asked. */
  readonly wine: boolean | undefined;
  /** Wine's version; `undefined` on Windows, and where it cannot be asked. */
  readonly wineVersion: string | undefined;
  readonly deno: string;
  readonly arch: string;
}

/** What Deno and Windows know of the system, as far as they may be asked. */
export function systemInfo(): SystemInfo {
  const { os, arch } = Deno.build;
  const mayAsk = isGranted({ name: "sys", kind: "osRelease" });
  const version = askedWine();
  return {
    os,
    release: mayAsk ? Deno.osRelease() : undefined,
    wine: version === undefined ? wineByEnvironment() : version !== null,
    wineVersion: version ?? undefined,
    deno: Deno.version.deno,
    arch,
  };
}

/** `null` on Windows, `undefined` where ntdll.dll may not be opened. */
function askedWine(): string | null | undefined {
  try {
    return wineVersion();
  } catch {
    return undefined;
  }
}

function wineByEnvironment(): boolean | undefined {
  const variable = "WINEPREFIX";
  return isGranted({ name: "env", variable })
    ? Deno.env.has(variable)
    : undefined;
}
