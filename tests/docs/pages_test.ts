/** The pages have none of the phrases that the lint rule bans in code. */

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
