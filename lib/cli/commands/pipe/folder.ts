/**
 * The files of a folder over HTTP, for a try: GET and HEAD, `index.html` or a
 * list. Nothing outside the folder is served, and no name that Windows takes
 * for a device or an alternate stream.
 *
 * @module
 */
import { escaped } from "../../text/html.ts";

/** Answers requests for files. */
export type FolderHandler = (request: Request) => Promise<Response>;

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  htm: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  mjs: "text/javascript; charset=utf-8",
  json: "application/json",
  map: "application/json",
  txt: "text/plain; charset=utf-8",
  md: "text/markdown; charset=utf-8",
  csv: "text/csv; charset=utf-8",
  xml: "application/xml",
  svg: "image/svg+xml",
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  avif: "image/avif",
  ico: "image/x-icon",
  woff: "font/woff",
  woff2: "font/woff2",
  mp3: "audio/mpeg",
  mp4: "video/mp4",
  webm: "video/webm",
  pdf: "application/pdf",
  wasm: "application/wasm",
  zip: "application/zip",
};

/** Of a path on this system, or a list of them in a directory. */
const SEPARATOR = /[/\\]+$/;
/** Not part of a name; a colon is for alternate streams and drives. */
// deno-lint-ignore no-control-regex
const NOT_IN_NAMES = /[\0-\x1f<>:"/\\|?*]|[. ]$/;
/**
 * Devices, with any ending: "Naming Files, Paths, and Namespaces" (Microsoft).
 * Spaces before the ending do not count (Wine: RtlIsDosDeviceName_U).
 */
const DEVICE =
  /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[\d\u00b9\u00b2\u00b3]) *(?:\.|$)/i;

/**
 * A handler for the files in `dir`.
 *
 * @throws {Deno.errors.NotFound} or {@linkcode Deno.errors.NotADirectory}
 */
export async function folderHandler(dir: string): Promise<FolderHandler> {
  const root = await Deno.realPath(dir).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Deno.errors.NotFound(
      `Cannot serve "${dir}": there is no such folder`,
      { cause: error },
    );
  });
  if (!(await Deno.stat(root)).isDirectory) {
    throw new Deno.errors.NotADirectory(
      `Cannot serve "${dir}": it is not a folder`,
    );
  }
  return async (request) => {
    const { method } = request;
    if (method !== "GET" && method !== "HEAD") {
      return text(405, "Only GET and HEAD", { allow: "GET, HEAD" });
    }
    try {
      return await answer(root, new URL(request.url).pathname, method);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return text(404, "Not found");
      if (error instanceof Deno.errors.PermissionDenied) {
        return text(403, "Not permitted");
      }
      throw error;
    }
  };
}

/**
 * The names in a path of a URL; undefined if one of them is not a file name,
 * `..` included. Pure.
 */
export function namesIn(pathname: string): string[] | undefined {
  const names: string[] = [];
  for (const part of pathname.split("/")) {
    if (part === "") continue;
    let name;
    try {
      name = decodeURIComponent(part);
    } catch {
      return undefined;
    }
    if (NOT_IN_NAMES.test(name) || DEVICE.test(name)) return undefined;
    names.push(name);
  }
  return names;
}

async function answer(
  root: string,
  pathname: string,
  method: string,
): Promise<Response> {
  const names = namesIn(pathname);
  if (names === undefined) return text(404, "Not found");
  const base = root.replace(SEPARATOR, "");
  const real = await realPathIn(root, `${base}/${names.join("/")}`);
  const info = await Deno.stat(real);
  if (!info.isDirectory) return await file(real, info, method);
  if (!pathname.endsWith("/")) {
    const location = `${names.map(encodeURIComponent).join("/")}/`;
    return text(301, "Moved", { location: `/${location}` });
  }
  try {
    const path = `${real.replace(SEPARATOR, "")}/index.html`;
    const index = await realPathIn(root, path);
    return await file(index, await Deno.stat(index), method);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return await list(real, names);
}

/**
 * The real path of `path`. A link may lead out of the folder.
 *
 * @throws {Deno.errors.NotFound} for a path outside of `root`
 */
async function realPathIn(root: string, path: string): Promise<string> {
  const base = root.replace(SEPARATOR, "").replaceAll("\\", "/");
  const real = await Deno.realPath(path);
  const inside = real === root ||
    real.replaceAll("\\", "/").startsWith(`${base}/`);
  if (!inside) throw new Deno.errors.NotFound(path);
  return real;
}

async function file(
  path: string,
  { size, mtime, isFile }: Deno.FileInfo,
  method: string,
): Promise<Response> {
  if (!isFile) throw new Deno.errors.NotFound(path);
  const ending = /\.([^.\\/]+)$/.exec(path)?.[1]?.toLowerCase() ?? "";
  const headers = new Headers({
    "content-type": TYPES[ending] ?? "application/octet-stream",
    "content-length": String(size),
    "x-content-type-options": "nosniff",
  });
  if (mtime !== null) headers.set("last-modified", mtime.toUTCString());
  if (method === "HEAD") return new Response(null, { headers });
  const { readable } = await Deno.open(path);
  return new Response(readable, { headers });
}

async function list(path: string, names: string[]): Promise<Response> {
  const entries: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(path)) {
    entries.push(isDirectory ? `${name}/` : name);
  }
  const title = escaped(`/${names.map((name) => `${name}/`).join("")}`);
  const items = [...names.length > 0 ? ["../"] : [], ...entries.sort()]
    .map((name) =>
      `<li><a href="${
        escaped(name.split("/").map(encodeURIComponent).join("/"))
      }">${escaped(name)}</a></li>\n`
    );
  const html = `<!doctype html>\n<meta charset="utf-8">\n<title>${title}</title>
<h1>${title}</h1>\n<ul>\n${items.join("")}</ul>\n`;
  return new Response(html, { headers: { "content-type": TYPES.html! } });
}

function text(
  status: number,
  line: string,
  headers: Record<string, string> = {},
): Response {
  return new Response(`${line}\n`, { status, headers });
}
