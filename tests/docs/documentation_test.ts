/**
 * Each function, class and value that `mod.ts` exports shows how it is used, in
 * an example that the tests run. Interfaces and types have none: they are the
 * options and results of what has one.
 */

import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";

/** What `deno doc --json` tells of a declaration, as far as it matters here. */
interface Declaration {
  readonly kind: string;
  readonly jsDoc?: {
    readonly tags?: readonly { readonly kind: string; readonly doc?: string }[];
  };
}

interface DocumentedSymbol {
  readonly name: string;
  readonly declarations: readonly Declaration[];
}

interface Documentation {
  readonly nodes: Readonly<
    Record<string, { readonly symbols: readonly DocumentedSymbol[] }>
  >;
}

const ROOT = new URL("../../", import.meta.url);
/** `ndr` is a module, which is documented as one. */
const WITHOUT = ["interface", "typeAlias", "namespace"];
const EXAMPLE = /^```ts\n[^]*?import [^]*? from "@winipc\/winipc";$/m;

async function exported(): Promise<DocumentedSymbol[]> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--json", "mod.ts"],
    cwd: fileURLToPath(ROOT),
    stdin: "null",
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  const { nodes } = JSON.parse(
    new TextDecoder().decode(stdout),
  ) as Documentation;
  return Object.values(nodes).flatMap(({ symbols }) => symbols);
}

function hasExample({ jsDoc }: Declaration): boolean {
  const examples = (jsDoc?.tags ?? []).filter(({ kind }) => kind === "example");
  return examples.some(({ doc = "" }) => EXAMPLE.test(doc));
}

Deno.test("everything public that runs has an example that runs", async () => {
  const symbols = await exported();
  const values = symbols.filter(({ declarations }) =>
    declarations.some(({ kind }) => !WITHOUT.includes(kind))
  );
  assert(values.length > 80, `only ${values.length} are exported`);
  const bare = values.filter(({ declarations }) =>
    !declarations.some(hasExample)
  );
  assertEquals(bare.map(({ name }) => name), []);
});

Deno.test("no example is left out of the tests", async () => {
  const skipped: string[] = [];
  const look = async (folder: URL) => {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      const entry = new URL(isDirectory ? `${name}/` : name, folder);
      if (isDirectory) await look(entry);
      else if (name.endsWith(".ts")) {
        const text = await Deno.readTextFile(entry);
        if (/^\s*\* ```(?:ts|typescript) \S/m.test(text)) skipped.push(name);
      }
    }
  };
  await look(new URL("lib/", ROOT));
  assertEquals(skipped, []);
});
