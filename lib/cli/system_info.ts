import { isGranted } from "../granted_permissions.ts";
import { wineVersion } from "../system/mod.ts";

export interface SystemInfo {
  readonly os: string;
  /** Its version; `undefined` without `--allow-sys`. */
  readonly release: string | undefined;
  /** Whether this is Wine; `undefined` without permission to check. */
  readonly wine: boolean | undefined;
  /** Wine's version; `undefined` on Windows, and without permission to check. */
  readonly wineVersion: string | undefined;
  readonly deno: string;
  readonly arch: string;
}

/** The system's properties from Deno and Windows, as far as permissions allow. */
export function systemInfo(): SystemInfo {
  const { os, arch } = Deno.build;
  const mayAsk = isGranted({ name: "sys", kind: "osRelease" });
  const version = queryWineVersion();
  return {
    os,
    release: mayAsk ? Deno.osRelease() : undefined,
    wine: version === undefined ? wineByEnvironment() : version !== null,
    wineVersion: version ?? undefined,
    deno: Deno.version.deno,
    arch,
  };
}

/** `null` on Windows, `undefined` if ntdll.dll may not be opened. */
function queryWineVersion(): string | null | undefined {
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
