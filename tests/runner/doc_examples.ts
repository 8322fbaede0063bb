import { filesBelow, projectFolder } from "../support/project.ts";

/** The configuration of the examples. It names no package: see `DOC_IMPORTS`. */
export const DOC_CONFIG = "--config=tests/docs/doc_tests.json";

/** Where `@winipc/winipc` is this project, and nothing else resolves. */
export const DOC_IMPORTS = "--import-map=tests/doc_import_map.json";

/** The pages whose examples are complete programs. */
const PAGES = ["README.md", "README.zh-CN.md"];
const PAGES_FOLDER = ".github/docs";

/** The files whose documentation has examples. */
export async function filesWithExamples(): Promise<string[]> {
  const root = projectFolder();
  const found: string[] = [];
  const modules = ["mod.ts", ...await filesBelow("lib", ".ts")];
  const pages = [...PAGES, ...await filesBelow(PAGES_FOLDER, ".md")];
  for (const file of [...modules, ...pages]) {
    const text = await Deno.readTextFile(`${root}/${file}`);
    const example = file.endsWith(".md") ? /^```[jt]s$/m : /^\s*\* ```ts/m;
    if (example.test(text)) found.push(file);
  }
  return found;
}
