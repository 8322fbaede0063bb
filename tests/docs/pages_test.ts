/** The words and commands of the pages and of the examples' first lines. */

import { assert, assertEquals } from "@std/assert";
import { wordFault } from "../../.lint/words.ts";

const ROOT = new URL("../../", import.meta.url);

async function pages(): Promise<string[]> {
  const found = ["README.md", "README.zh-CN.md"];
  for (const folder of [".github/", ".github/docs/"]) {
    for await (const { name } of Deno.readDir(new URL(folder, ROOT))) {
      if (name.endsWith(".md")) found.push(`${folder}${name}`);
    }
  }
  return found;
}

/** The paths of the examples, from the root. */
async function examples(folder = "examples/"): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(new URL(folder, ROOT))) {
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory) found.push(...await examples(`${path}/`));
    else if (path.endsWith(".ts")) found.push(path);
  }
  return found;
}

/** The lines of the comment at the start of a file. */
function leadingComment(text: string): string[] {
  const lines = text.split(/\r?\n/);
  return lines.slice(0, lines.findIndex((line) => !line.startsWith("//")));
}

/** Whether a user can copy the command, or the import, out of one line. */
function isWhole(line: string, path: string): boolean {
  if (line.includes("deno run")) {
    return /^\/\/ {3}deno run (?!.*deno run)/.test(line) &&
      line.includes(` ${path}`);
  }
  if (line.includes("import {")) return line.endsWith('";');
  return !line.includes(path) && !line.endsWith("\\");
}

/** The names between the braces of an import, in the order of the alphabet. */
function importedNames(text: string, from: string): string[] {
  const imports = text.matchAll(/import (?:type )?\{([^}]*)\} from "([^"]*)"/g);
  return [...imports].filter(([, , module]) => module!.endsWith(from))
    .flatMap(([, names]) => names!.split(","))
    .map((name) => name.trim().replace(/^type /, ""))
    .filter((name) => name !== "").sort();
}

/** The prose of a page, one text for each paragraph, item and cell. */
function prose(markdown: string): string[] {
  return markdown.replaceAll("\r\n", "\n")
    .replaceAll(/^```[^]*?^```$/gm, "")
    .replaceAll(/`[^`]*`/g, "…")
    .split(/\n\n|\n(?=\s*- )|\s\|\s|^#+ /m)
    .map((text) => text.replace(/^\s*- /, "").replaceAll(/\s*\n\s*/g, " "));
}

Deno.test("the pages have no banned phrase", async () => {
  const files = await pages();
  assert(files.length > 8, files.join(" "));
  const faults: string[] = [];
  for (const file of files) {
    const text = await Deno.readTextFile(new URL(file, ROOT));
    for (const paragraph of prose(text)) {
      const fault = wordFault(paragraph);
      if (fault !== undefined) faults.push(`${file}: ${fault}`);
    }
  }
  assertEquals(faults, []);
});

Deno.test("the page of tests lists each of Windows' rules, and tests that are there", async () => {
  const page = await Deno.readTextFile(
    new URL(".github/docs/testing.md", ROOT),
  );
  const rules: string[] = [];
  for await (
    const { name } of Deno.readDir(new URL("tests/windows_rules/rules", ROOT))
  ) rules.push(name);
  const rows = [...page.matchAll(/^\| \[.*\/windows_rules\/rules\/.*$/gm)];
  assertEquals(
    rows.map(([row]) => /rules\/([a-z_]+\.ts)\)/.exec(row)![1]).sort(),
    rules.sort(),
  );
  assert(page.includes(`with ${rules.length} rules`));
  for (const [row] of rows) {
    let test = "";
    for (const [, code] of row.split(" | ")[2]!.matchAll(/`([^`]+)`/g)) {
      if (code!.endsWith(".ts")) {
        test = await Deno.readTextFile(new URL(`tests/${code}`, ROOT));
      } else assert(test.includes(code!), `${code} is no test`);
    }
    assert(test !== "", row);
  }
});

Deno.test("the first lines of each example have each command in one line", async () => {
  const torn: string[] = [];
  let commands = 0;
  for (const path of await examples()) {
    const text = await Deno.readTextFile(new URL(path, ROOT));
    for (const line of leadingComment(text)) {
      if (line.includes("deno run")) commands++;
      if (!isWhole(line, path)) torn.push(`${path}: ${line}`);
    }
  }
  assert(commands > 30, `${commands} commands`);
  assertEquals(torn, []);
});

Deno.test("the first lines of each example import all that it uses", async () => {
  for (const path of await examples()) {
    const text = await Deno.readTextFile(new URL(path, ROOT));
    const comment = leadingComment(text).join("\n");
    assertEquals(
      importedNames(comment, "jsr:@winipc/winipc"),
      importedNames(text, "../mod.ts"),
      path,
    );
  }
});

Deno.test("the pages have each piece of code in one line", async () => {
  const torn: string[] = [];
  for (const file of await pages()) {
    const text = await Deno.readTextFile(new URL(file, ROOT));
    const paragraphs = text.replaceAll("\r\n", "\n")
      .replaceAll(/^```[^]*?^```$/gm, "").split(/\n{2,}/);
    for (const paragraph of paragraphs) {
      for (const [code] of paragraph.matchAll(/`[^`]*`/g)) {
        if (code.includes("\n")) torn.push(`${file}: ${code}`);
      }
    }
  }
  assertEquals(torn, []);
});
