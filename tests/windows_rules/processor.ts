/**
 * `--windows-rules=arm64`: `Deno.build.arch` is that of an ARM64 computer, so
 * that what cannot work there must say so or work otherwise. The processor
 * stays what it is: how ARM64 orders memory is not shown.
 *
 * @module
 */

/** Resolves where the import map says that this is ARM64. */
export const ARM64_NAME = "windows-rules/arm64";

/** Whether this process is told that it runs on ARM64. */
export const ON_ARM64: boolean = resolves(ARM64_NAME);

if (ON_ARM64) {
  const build = { ...Deno.build, arch: "aarch64" };
  Object.defineProperty(Deno, "build", { value: build });
}

function resolves(name: string): boolean {
  try {
    import.meta.resolve(name);
    return true;
  } catch {
    return false;
  }
}
