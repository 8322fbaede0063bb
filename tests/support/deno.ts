/**
 * How a test starts another Deno: with the project's own imports, as they
 * resolve in the test itself. Every test, peer and benchmark takes it from here.
 */

import { fileURLToPath } from "node:url";

const ROOT = new URL("../../", import.meta.url);
const FALLBACK = new URL("./std/assert.ts", import.meta.url).href;

/** Replaces what a module imports in a child: importer → specifier → module. */
export type ImportScopes = Record<string, Record<string, string>>;

/**
 * The flags of the imports: the configuration of the project from wherever the
 * child starts, and the import map of the fallback where the test has it.
 */
export function importFlags(scopes?: ImportScopes): string[] {
  const flags = [`--config=${fileURLToPath(new URL("deno.json", ROOT))}`];
  const fallback = import.meta.resolve("@std/assert") === FALLBACK;
  const map = new URL("./import_map.json", import.meta.url);
  if (scopes === undefined) {
    return fallback ? [...flags, `--import-map=${map.href}`] : flags;
  }
  const { imports } = fallback ? absolute(map) : { imports: {} };
  const text = encodeURIComponent(JSON.stringify({ imports, scopes }));
  return [...flags, `--import-map=data:application/json,${text}`];
}

/** The arguments of Deno that run the script at `script`, a URL or a path. */
export function runArgs(
  script: URL | string,
  args: readonly (string | number)[] = [],
  flags: readonly string[] = ["-A"],
  scopes?: ImportScopes,
): string[] {
  return [
    ...["run", "--no-prompt", "--no-check", ...importFlags(scopes), ...flags],
    script instanceof URL ? fileURLToPath(script) : script,
    ...args.map(String),
  ];
}

/** The map at `url`, which a map from elsewhere may contain. */
function absolute(url: URL): { imports: Record<string, string> } {
  const { imports } = JSON.parse(Deno.readTextFileSync(url)) as {
    imports: Record<string, string>;
  };
  const entries = Object.entries(imports)
    .map(([name, path]) => [name, new URL(path, url).href]);
  return { imports: Object.fromEntries(entries) };
}
