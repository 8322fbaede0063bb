import * as nodePath from "node:path";

/** The machine's `/` inside the private Debian root. */
export const HOST_ROOT = "/host";

/**
 * `path` with links resolved in its existing part. Inside the private root, an
 * absolute link would lead to the root's own files.
 */
export function withoutLinks(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    const slash = path.lastIndexOf("/");
    if (slash <= 0) return path;
    return withoutLinks(path.slice(0, slash)) + path.slice(slash);
  }
}

/** A Linux path in the form of Windows programs: drive Z: is the machine's `/`. */
export function toWindowsPath(path: string): string {
  return `Z:${withoutLinks(path).replaceAll("/", "\\")}`;
}

/**
 * A Linux `file:` URL in the form of Windows Deno (`file:///Z:/…`). URLs with a
 * drive, and other URLs, stay unchanged. Plain paths work unchanged: the
 * current drive is Z:, so `/a` is `Z:\a`.
 */
export function toWindowsArgument(argument: string): string {
  return argument.replace(
    /^(--[\w-]+=)?file:\/\/\/(?![A-Za-z]:\/)/,
    "$1file:///Z:/",
  );
}

/**
 * The name of a program in Wine's form: a path to an existing file becomes a
 * Windows path, other names (`cmd`, `C:\x.exe`) stay unchanged.
 */
export function toWindowsProgram(program: string, cwd: string): string {
  const path = program.startsWith("/") ? program : `${cwd}/${program}`;
  try {
    if (Deno.statSync(path).isFile) return toWindowsPath(path);
  } catch {
    // Not a file here: Windows searches for it.
  }
  return program;
}

/**
 * The folder in which a task was typed: `deno task` changes to the project's
 * folder first and keeps the old one in `INIT_CWD`. Outside of the project, the
 * variable is that of another program.
 *
 * @param path The system's rules for paths.
 */
export function callerFolder(
  cwd: string,
  initCwd: string | undefined,
  path: Pick<typeof nodePath, "isAbsolute" | "relative"> = nodePath,
): string {
  if (!initCwd) return cwd;
  const below = path.relative(cwd, initCwd);
  const isOutside = path.isAbsolute(below) || /^\.\.(?:[\\/]|$)/.test(below);
  return isOutside ? cwd : initCwd;
}
