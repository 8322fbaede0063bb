/** Deno's version has one place in code; what names it elsewhere names the same. */

import { assertEquals } from "@std/assert";
import { DENO_VERSION } from "../../lib/wine/deno_version.ts";

const ROOT = new URL("../../", import.meta.url);
/** Each file, and how often it names the version that it is to be run by. */
const NAMED: Record<string, number> = {
  "README.md": 2,
  "README.zh-CN.md": 2,
  ".ci/run": 1,
  ".github/workflows/ci.yml": 1,
  ".github/workflows/publish.yml": 1,
};
const VERSION = /(?:deno@|DENO_VERSION: v|deno-version: v)(\d+\.\d+\.\d+)/g;

Deno.test("README, CI and workflows name the Deno that the code names", async () => {
  for (const [file, count] of Object.entries(NAMED)) {
    const text = await Deno.readTextFile(new URL(file, ROOT));
    const found = [...text.matchAll(VERSION)].map(([, version]) => version);
    assertEquals([file, ...found], [file, ...Array(count).fill(DENO_VERSION)]);
  }
});

Deno.test("the probe of JSR asks for what deno.json names", async () => {
  const { imports } = JSON.parse(
    await Deno.readTextFile(new URL("deno.json", ROOT)),
  );
  const probe = await Deno.readTextFile(new URL("lib/wine/std.ts", ROOT));
  const [, name] = /import\("(jsr:[^"]+)\/parse-args"\)/.exec(probe) ?? [];
  assertEquals(name, imports["@std/cli"]);
});

Deno.test("the tests' import map has all that the package's has", async () => {
  const read = async (path: string) => {
    const url = new URL(path, ROOT);
    const { imports } = JSON.parse(await Deno.readTextFile(url));
    return new Map(
      Object.entries<string>(imports)
        .map(([name, path]) => [name, new URL(path, url).href]),
    );
  };
  const tests = await read("tests/support/import_map.json");
  for (const [name, href] of await read("lib/std/import_map.json")) {
    assertEquals([name, tests.get(name)], [name, href]);
  }
});
