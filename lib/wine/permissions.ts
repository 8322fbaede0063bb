import { grantedFlags, isGranted } from "../granted_permissions.ts";
import { HostError } from "./errors.ts";

/** DLLs that a narrow `--allow-ffi=…` may name. */
const DLLS = ["kernel32", "user32", "ntdll", "advapi32", "rpcrt4"]
  .map((name) => `C:\\Windows\\System32\\${name}.dll`);

/** The flags that pass on this process' permissions, also those of the DLLs. */
export function flagsForWindows(): string[] {
  return grantedFlags({ ffi: DLLS });
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
