/**
 * The names of pipes and mailslots. Pure functions.
 *
 * @module
 */

import { checkString } from "../checks.ts";
import { quote } from "../format.ts";

/** The kinds of objects with such names, as in the path. */
export type ObjectKind = "pipe" | "mailslot";

/** Windows allows 256 characters for the full path. */
const MAX_PATH_LENGTH = 256;

/**
 * Returns the full path of a name, which may be bare (`x`), or a full path in
 * any of Windows' forms: `\\.\pipe\x`, `\\?\pipe\x`, `//./pipe/x`,
 * `\\server\pipe\x`. A pipe's name may also be a URL in Docker's form:
 * `npipe:////./pipe/x`.
 *
 * @throws {TypeError} for a name that is not a string, is empty, contains a NUL,
 * has a part of dots or spaces alone, or an end that Windows cuts off
 * @throws {RangeError} for one that is too long
 */
export function objectPath(kind: ObjectKind, name: string): string {
  checkString(`${kind} name`, name);
  const parts = split(kind, name);
  if (parts === undefined) {
    throw new TypeError(
      `Invalid ${kind} name ${quote(name)}: give a bare name, or ` +
        `${quote(`\\\\.\\${kind}\\name`)} in full`,
    );
  }
  const { server, rest } = parts;
  if (rest === "") throw new TypeError(`Invalid ${kind} name: it is empty`);
  // Windows resolves them: "..\C:\x" would be the file C:\x (Microsoft: File
  // path formats on Windows systems, Path normalization).
  if (rest.split(/[\\/]/).some((part) => /^[. ]+$/.test(part))) {
    throw new TypeError(
      `Invalid ${kind} name ${
        quote(name)
      }: a part of it is only dots or spaces; give a name`,
    );
  }
  // CreateFileW cuts them off, so another pipe would be meant (the same page,
  // Trim characters). NtCreateFile and \\?\ keep them.
  if (/\.(?:[\\/]|$)| $/.test(rest)) {
    throw new TypeError(
      `Invalid ${kind} name ${
        quote(name)
      }: Windows cuts off dots and spaces at its end, and a dot at the end of a part; give a name without them`,
    );
  }
  const path = `\\\\${server}\\${kind}\\${rest}`;
  if (path.length > MAX_PATH_LENGTH) {
    throw new RangeError(
      `Invalid ${kind} name: with ${path.length} characters as a whole path it is longer than ${MAX_PATH_LENGTH}`,
    );
  }
  return path;
}

/**
 * Whether a path from {@linkcode objectPath} names this computer by its own
 * form (`\\.\`).
 */
export function isLocal(path: string): boolean {
  return path.startsWith("\\\\.\\");
}

/**
 * `npipe:` or `npipe://` before a whole path. Docker's default is
 * `npipe:////./pipe/docker_engine` (moby/moby, client/client_windows.go).
 */
const PIPE_URL = /^npipe:(?:\/\/)?(?=[\\/]{2}[^\\/])/i;

function split(
  kind: ObjectKind,
  given: string,
): { server: string; rest: string } | undefined {
  const name = kind === "pipe" ? given.replace(PIPE_URL, "") : given;
  if (!/^[\\/]/.test(name)) return { server: ".", rest: name };
  const whole = /^[\\/]{2}([^\\/]+)[\\/]([^\\/]+)[\\/](.*)$/s.exec(name);
  if (whole === null) return undefined;
  const [, server, found, rest] = whole as unknown as string[];
  if (found!.toLowerCase() !== kind) return undefined;
  return {
    server: server === "?" ? "." : server!,
    rest: rest!.replaceAll("/", "\\"),
  };
}
