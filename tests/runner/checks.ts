// deno-lint-ignore-file no-console
import config from "../../deno.json" with { type: "json" };
import { removeTree } from "../../lib/wine/cache.ts";
import { stdFlags } from "../../lib/wine/mod.ts";
import {
  filesBelow,
  projectFolder,
  TEST_IMPORT_MAP,
} from "../support/project.ts";
import { DOC_CONFIG, DOC_IMPORTS, filesWithExamples } from "./doc_examples.ts";

interface Check {
  name: string;
  args: string[];
  cwd?: string;
}

/**
 * Checks the format, the lint rules, the types, the examples in the
 * documentation, the documentation and the package. Each is one line; the
 * output of what failed follows it.
 *
 * @returns 0 when all hold.
 */
export async function runChecks(): Promise<number> {
  const std = await stdFlags(TEST_IMPORT_MAP);
  const copy = std.length > 0 ? await copyWithFallback() : undefined;
  const checks: Check[] = [
    { name: "format", args: ["fmt", "--check"] },
    { name: "lint", args: ["lint"] },
    { name: "types", args: ["check", ...std, "."] },
    {
      name: "examples in the documentation",
      args: [
        ...["check", "--doc", DOC_CONFIG, DOC_IMPORTS],
        ...await filesWithExamples(),
      ],
    },
    { name: "documentation", args: ["doc", "--lint", ...entrances()] },
    {
      name: copy
        ? "package (JSR cannot be reached: with the fallback for @std)"
        : "package",
      args: ["publish", "--dry-run", "--allow-dirty"],
      ...copy && { cwd: copy },
    },
  ];
  try {
    let code = 0;
    for (const check of checks) if (!await holds(check)) code = 1;
    return code;
  } finally {
    if (copy) await removeTree(copy);
  }
}

async function holds({ name, args, cwd }: Check): Promise<boolean> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: cwd ?? projectFolder(),
    stdin: "null",
  }).output();
  console.log(`${name}: ${success ? "ok" : "failed"}`);
  if (!success) {
    await Deno.stdout.write(stdout);
    await Deno.stderr.write(stderr);
  }
  return success;
}

/** The project with the fallback as its imports, so that it resolves. */
async function copyWithFallback(): Promise<string> {
  const root = projectFolder();
  const copy = await Deno.makeTempDir({ prefix: "winipc-check-" });
  for (const file of await filesBelow(root, "", [".git", "node_modules"])) {
    const target = copy + file.slice(root.length);
    await Deno.mkdir(target.replace(/[^/]*$/, ""), { recursive: true });
    await Deno.copyFile(file, target);
  }
  const config = JSON.parse(await Deno.readTextFile(`${root}/deno.json`));
  const map = JSON.parse(
    await Deno.readTextFile(`${root}/lib/std/import_map.json`),
  ) as { imports: Record<string, string> };
  config.imports = Object.fromEntries(
    Object.entries(map.imports).map((
      [name, path],
    ) => [name, path.replace("./", "./lib/std/")]),
  );
  await Deno.writeTextFile(`${copy}/deno.json`, JSON.stringify(config));
  return copy;
}

/** The modules that the package exports; `cli.ts` is a program. */
function entrances(): string[] {
  return Object.entries(config.exports)
    .filter(([name]) => name !== "./cli")
    .map(([, path]) => path);
}
