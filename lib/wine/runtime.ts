import { type Cache, readRecord, statOf } from "./cache.ts";
import { HOST_ROOT, withoutLinks } from "./paths.ts";

/** The oldest major version of Wine that runs Windows Deno. */
export const WINE_MAJOR = 10;

/** The Wine that is used: the private Debian root's, or one on the PATH. */
export type Runtime =
  | { kind: "private"; id: string; root: string; bwrap: string }
  | { kind: "path"; id: string };

/** Facts about a Wine on the PATH. */
export interface WineRecord {
  /** Its file, with links resolved, and the time it was written. */
  identity: string;
  /** Its major version; 0 if it is unknown. */
  major: number;
}

/** A Linux path in the form of the runtime's own processes. */
export function seenPath(runtime: Runtime, path: string): string {
  return runtime.kind === "private"
    ? `${HOST_ROOT}${withoutLinks(path)}`
    : path;
}

/** The file of `name` on the PATH, or `undefined`. */
export function findOnPath(name: string): string | undefined {
  const path = Deno.env.get("PATH") ?? "";
  // Packages of the system tools are installed here, whatever the PATH.
  for (const dir of [...path.split(":"), "/usr/sbin", "/usr/bin", "/bin"]) {
    if (!dir.startsWith("/")) continue;
    const file = `${dir}/${name}`;
    const info = statOf(file);
    if (info?.isFile && ((info.mode ?? 0) & 0o111)) return file;
  }
  return undefined;
}

/** Identifies a Wine on the PATH and its version. */
export function wineIdentity(file: string): string {
  return `${file} ${statOf(file)?.mtime?.getTime() ?? 0}`;
}

/**
 * The runtime for the machine and the record; `undefined` if the version of a
 * Wine on the PATH is still unknown.
 */
export function chooseRuntime(cache: Cache): Runtime | undefined {
  const wine = findOnPath("wine");
  if (wine) {
    const record = readRecord<WineRecord>(cache.wineRecord);
    if (record?.identity !== wineIdentity(wine)) return undefined;
    if (record.major >= WINE_MAJOR) {
      return { kind: "path", id: record.identity };
    }
  }
  const bwrap = findOnPath("bwrap") ?? "bwrap";
  return { kind: "private", id: "private", root: cache.root, bwrap };
}
