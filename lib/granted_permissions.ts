/**
 * Deno's permissions, without a prompt. Imports nothing, so that every layer
 * may import it.
 *
 * @module
 */

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

/** Whether a permission is granted. */
export function isGranted(descriptor: Deno.PermissionDescriptor): boolean {
  return Deno.permissions.querySync(descriptor).state === "granted";
}

/** The environment variable `variable`, if it is set and may be read. */
export function readableVariable(variable: string): string | undefined {
  return isGranted({ name: "env", variable })
    ? Deno.env.get(variable)
    : undefined;
}

/**
 * The flags that pass on this process' permissions: `-A`, or one `--allow-…`
 * for each kind that was granted without limits. Of the other kinds, those of
 * the paths and hosts in `scopes` that were granted.
 */
export function grantedFlags(
  scopes: Readonly<Partial<Record<"read" | "net" | "ffi", readonly string[]>>>,
): string[] {
  const kinds = KINDS.filter((name) => isGranted({ name }));
  if (kinds.length === KINDS.length) return ["-A"];
  const flags = kinds.map((name) => `--allow-${name}`);
  for (const name of ["read", "net", "ffi"] as const) {
    if (kinds.includes(name)) continue;
    const granted = (scopes[name] ?? []).filter((scope) =>
      isGranted(
        name === "net" ? { name, host: scope } : { name, path: scope },
      )
    );
    if (granted.length > 0) flags.push(`--allow-${name}=${granted.join(",")}`);
  }
  return flags;
}
