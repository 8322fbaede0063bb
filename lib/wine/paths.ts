/** Where the machine's own `/` is seen inside the private Debian root. */
export const HOST_ROOT = "/host";

/**
 * `path` with the links followed in the part of it that exists. Inside the
 * private root an absolute link would lead to the root's own files.
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

/** A Linux path as Windows programs see it: drive Z: is the machine's `/`. */
export function toWindowsPath(path: string): string {
  return `Z:${withoutLinks(path).replaceAll("/", "\\")}`;
}

/**
 * A Linux `file:` URL as Windows Deno resolves it (`file:///Z:/…`). URLs that
 * name a drive already, and anything else, come back as they are. Plain paths
 * need nothing: the current drive is Z:, so `/a` is `Z:\a`.
 */
export function toWindowsArgument(argument: string): string {
  return argument.replace(
    /^(--[\w-]+=)?file:\/\/\/(?![A-Za-z]:\/)/,
    "$1file:///Z:/",
  );
}

/**
 * A program named on Linux as Wine finds it: a path to a file that is there
 * becomes a Windows path, anything else (`cmd`, `C:\x.exe`) stays.
 */
export function toWindowsProgram(program: string, cwd: string): string {
  const path = program.startsWith("/") ? program : `${cwd}/${program}`;
  try {
    if (Deno.statSync(path).isFile) return toWindowsPath(path);
  } catch {
    // Not a file here: Windows looks for it.
  }
  return program;
}
