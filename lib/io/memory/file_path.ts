/**
 * The path of a `file:` URL. Deno takes a sixth of a program's start to load
 * `node:url`, which has this too.
 *
 * @module
 */

/**
 * The path that `url` names.
 *
 * @throws {TypeError} for a URL that is not of a file
 */
export function filePath({ protocol, hostname, pathname, href }: URL): string {
  if (protocol !== "file:") {
    throw new TypeError(`Invalid URL "${href}": expected a file: URL`);
  }
  if (/%2f|%5c/i.test(pathname)) {
    throw new TypeError(`Invalid URL "${href}": expected no encoded / or \\`);
  }
  if (Deno.build.os !== "windows") return decodeURIComponent(pathname);
  const path = decodeURIComponent(pathname).replaceAll("/", "\\");
  if (hostname !== "") return `\\\\${hostname}${path}`;
  if (/^\\[A-Za-z]:/.test(path)) return path.slice(1);
  throw new TypeError(`Invalid URL "${href}": expected a drive or a server`);
}
