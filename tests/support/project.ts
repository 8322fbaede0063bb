import { fileURLToPath } from "node:url";

/** The import map that replaces all of `@std` that the tests use. */
export const TEST_IMPORT_MAP: string =
  new URL("./import_map.json", import.meta.url).href;

/** The project's folder, without a slash at its end. */
export function projectFolder(): string {
  return fileURLToPath(new URL("../..", import.meta.url)).replace(
    /[\\/]$/,
    "",
  );
}

/**
 * The files below `folder` whose names end with `ending`, sorted, as paths with
 * forward slashes that begin with `folder`. Folders named in `skip` are left
 * out.
 */
export async function filesBelow(
  folder: string,
  ending: string,
  skip: readonly string[] = [],
): Promise<string[]> {
  const found: string[] = [];
  try {
    for await (const entry of Deno.readDir(folder)) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory && !skip.includes(entry.name)) {
        found.push(...await filesBelow(path, ending, skip));
      } else if (entry.isFile && entry.name.endsWith(ending)) {
        found.push(path);
      }
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return found.sort();
}
