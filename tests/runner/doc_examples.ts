import { filesBelow, projectFolder } from "../../lib/wine/project.ts";

/** The configuration of the examples. It names no package: see `DOC_IMPORTS`. */
export const DOC_CONFIG = "--config=tests/docs/doc_tests.json";

/** Where `@winipc/winipc` is this project, and nothing else resolves. */
export const DOC_IMPORTS = "--import-map=tests/doc_import_map.json";

/** The files whose documentation has examples. */
export async function filesWithExamples(): Promise<string[]> {
  const root = projectFolder();
  const found: string[] = [];
  for (const file of ["mod.ts", ...await filesBelow("lib", ".ts")]) {
    const text = await Deno.readTextFile(`${root}/${file}`);
    if (/^\s*\* ```ts/m.test(text)) found.push(file);
  }
  return found;
}
