/**
 * Holds the direction of imports:
 * `cli.ts → lib/cli → mod.ts → relay → mechanisms → io | window → win32`, never upward.
 */
import { fileURLToPath } from "node:url";

const ROOT = slashes(fileURLToPath(new URL("..", import.meta.url)));

/** What each layer may import. A mechanism is its own file or folder. */
const ALLOWED: Record<string, string[]> = {
  "cli.ts": ["lib/host", "lib/cli"],
  // A command loads its own mechanism alone, so that it starts sooner.
  "lib/cli": ["mod.ts", "relay", "mechanism", "bare"],
  "mod.ts": ["relay", "mechanism", "io", "window", "win32"],
  "relay": ["mechanism", "io", "window", "win32"],
  "mechanism": ["io", "window", "win32"],
  "window": ["io", "win32"],
  "io": ["win32"],
  "win32": [],
  "lib/host": [],
  "lib/std": [],
};

/** The mechanisms that may meet: sections are mappings, what a child inherits is of any kind, and HTTP goes over pipes. */
const MEET = [
  "shared_memory→file_mapping",
  "anonymous_pipe→shared_memory",
  "anonymous_pipe→sync",
  "pipe_fetch→named_pipe",
];

export default {
  name: "layers",
  rules: {
    direction: {
      create(context: Deno.lint.RuleContext): Deno.lint.LintVisitor {
        const file = relative(context.filename);
        const from = file === undefined ? undefined : layerOf(file);
        if (file === undefined || from === undefined) return {};
        function check(
          node: {
            source: Deno.lint.Expression | Deno.lint.StringLiteral | null;
          },
        ): void {
          const source = node.source;
          if (source?.type !== "Literal" || typeof source.value !== "string") {
            return;
          }
          const fault = faultOf(file!, from!, source.value);
          if (fault) context.report({ node: source, message: fault });
        }
        return {
          ImportDeclaration: check,
          ExportNamedDeclaration: check,
          ExportAllDeclaration: check,
          ImportExpression: check,
        };
      },
    },
  },
} satisfies Deno.lint.Plugin;

function faultOf(
  file: string,
  from: string,
  specifier: string,
): string | undefined {
  if (specifier.startsWith("node:")) return undefined;
  if (!/^\.{0,2}\//.test(specifier)) {
    return ALLOWED[from]!.includes("bare")
      ? undefined
      : `"${specifier}": ${from} uses no bare or remote specifier`;
  }
  const target = new URL(specifier, `file:///${file}`).pathname.slice(1);
  const to = layerOf(target);
  if (to === undefined || ALLOWED[from]!.includes(to)) return undefined;
  const [a, b] = [ownerOf(file), ownerOf(target)];
  if (from === to && (to !== "mechanism" || a === b)) return undefined;
  if (MEET.includes(`${a}→${b}`)) return undefined;
  return `${from} (${file}) does not import ${to} (${target})`;
}

function layerOf(file: string): string | undefined {
  if (file === "cli.ts" || file === "mod.ts") return file;
  if (!file.startsWith("lib/")) return undefined;
  const owner = ownerOf(file);
  if (["cli", "host", "std"].includes(owner)) return `lib/${owner}`;
  return ["win32", "io", "window", "relay"].includes(owner)
    ? owner
    : "mechanism";
}

function ownerOf(file: string): string {
  return file.split("/")[1]?.replace(/\.ts$/, "") ?? "";
}

function relative(filename: string): string | undefined {
  const path = slashes(filename);
  return path.startsWith(ROOT) ? path.slice(ROOT.length) : undefined;
}

function slashes(path: string): string {
  return path.replaceAll("\\", "/");
}
