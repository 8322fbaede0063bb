import { isGranted } from "../permission.ts";
import { HostError } from "./errors.ts";

const KINDS = [
  "read",
  "write",
  "net",
  "env",
  "run",
  "sys",
  "ffi",
  "import",
] as const;

/** DLLs that a narrow `--allow-ffi=…` may name. */
const DLLS = ["kernel32", "user32", "ntdll", "advapi32", "rpcrt4"]
  .map((name) => `C:\\Windows\\System32\\${name}.dll`);

/**
 * The permission flags that pass on this process' permissions: `-A`, or one
 * `--allow-…` for each kind that was granted without limits, and for each of
 * winipc's DLLs.
 */
export function grantedFlags(): string[] {
  const kinds = KINDS.filter((name) => isGranted({ name }));
  if (kinds.length === KINDS.length) return ["-A"];
  const flags = kinds.map((name) => `--allow-${name}`);
  if (!kinds.includes("ffi")) {
    const dlls = DLLS.filter((path) => isGranted({ name: "ffi", path }));
    if (dlls.length > 0) flags.push(`--allow-ffi=${dlls.join(",")}`);
  }
  return flags;
}

/** @throws {HostError} When a permission is missing that Wine needs. */
export function needPermissions(): void {
  const needed = ["read", "write", "env", "run", "net", "sys"] as const;
  const missing = needed.filter((name) => !isGranted({ name }));
  if (missing.length === 0) return;
  const flags = missing.map((name) => `--allow-${name}`).join(" ");
  throw new HostError(
    `Running Windows programs here needs ${flags}: add that, or -A`,
  );
}
