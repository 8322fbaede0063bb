/**
 * Holds the direction of imports:
 * `cli.ts → lib/cli → mod.ts → relay → mechanisms → io | window → win32`, never upward,
 * the one way into a mechanism, which is its `mod.ts`, and that no file imports itself by
 * a detour, types included.
 */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = slashes(fileURLToPath(new URL("..", import.meta.url)));

/** What each layer may import. A mechanism is its own folder. */
const ALLOWED: Record<string, string[]> = {
  "cli.ts": ["lib/wine", "lib/cli"],
  // A command loads its own mechanism alone, so that it starts sooner.
  "lib/cli": ["mod.ts", "relay", "mechanism", "bare"],
  "mod.ts": ["relay", "mechanism", "io", "window", "win32"],
  "relay": ["mechanism", "io", "window", "win32"],
  "mechanism": ["io", "window", "win32"],
  "window": ["io", "win32"],
  "io": ["win32"],
  "win32": [],
  "lib/wine": [],
  "lib/std": [],
};

/** The mechanisms that may meet, also past their `mod.ts`: sections are mappings, what a child inherits is of any kind, and HTTP goes over pipes, with the same bodies in both directions. */
const MEET = [
  "shared_memory→file_mapping",
  "anonymous_pipe→shared_memory",
  "anonymous_pipe→sync",
  "pipe_fetch→named_pipe",
  "pipe_serve→named_pipe",
  "pipe_serve→pipe_fetch",
];

/** Each file that imports past a `mod.ts`, or up, and what it takes: one place has a reason. */
const EXCEPTIONS = [
  // The command says what the clipboard offers by name only.
  "lib/cli/commands/clipboard/content.ts→lib/clipboard/read_write.ts",
  // The commands check both before they connect, or wait.
  "lib/cli/commands/clipboard/content.ts→lib/window/clipboard_formats.ts",
  "lib/cli/commands/dde/content.ts→lib/dde/names.ts",
  "lib/cli/commands/dde/content.ts→lib/window/clipboard_formats.ts",
  // Its commands stop waiting as the library does.
  "lib/cli/connection/abort.ts→lib/io/wait/abortable.ts",
  // The command ends well where nobody reads its output.
  "lib/cli/commands/relay/run.ts→lib/relay/errors.ts",
  // Both pass on what a child writes, up to its end.
  "lib/cli/commands/anon/run.ts→lib/anonymous_pipe/output.ts",
  "lib/relay/endpoints/exec.ts→lib/anonymous_pipe/output.ts",
];
/** Import nothing, and every layer may import them. */
const SHARED = [
  "lib/console.ts",
  "lib/quote_flag.ts",
  "lib/granted_permissions.ts",
  "lib/peer_gone.ts",
];
/** Where the window thread learns what mechanisms do in it. */
const REGISTRY = "lib/window/handler_registry.ts";

type Node = Deno.lint.Expression | Deno.lint.StringLiteral | null;

export default {
  name: "layers",
  rules: {
    direction: rule((file, from, specifier) => faultOf(file, from, specifier)),
    cycle: rule((file, _, specifier) => cycleOf(file, specifier)),
  },
} satisfies Deno.lint.Plugin;

function rule(
  faultOf: (
    file: string,
    from: string,
    specifier: string,
  ) => string | undefined,
): Deno.lint.Rule {
  return {
    create(context) {
      const file = relative(context.filename);
      const from = file === undefined ? undefined : layerOf(file);
      if (file === undefined || from === undefined) return {};
      function check({ source }: { source: Node }): void {
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
  };
}

function faultOf(
  file: string,
  from: string,
  specifier: string,
): string | undefined {
  if (specifier.startsWith("node:")) return undefined;
  if (!isRelative(specifier)) {
    return ALLOWED[from]!.includes("bare")
      ? undefined
      : `"${specifier}": ${from} uses no bare or remote specifier`;
  }
  const target = targetOf(file, specifier);
  const to = layerOf(target);
  if (to === undefined || EXCEPTIONS.includes(`${file}→${target}`)) {
    return undefined;
  }
  const [a, b] = [ownerOf(file), ownerOf(target)];
  const inside = a === b || MEET.includes(`${a}→${b}`);
  if ((to === "mechanism" || to === "relay") && !inside) {
    const entrance = `lib/${b}/mod.ts`;
    if (target !== entrance && file !== REGISTRY) {
      return `${file} imports ${target}: import ${entrance}, the one way in`;
    }
  }
  if (from === "window" && file === REGISTRY) return undefined;
  if (ALLOWED[from]!.includes(to)) return undefined;
  if (from === to && (to !== "mechanism" || inside)) return undefined;
  return `${from} (${file}) does not import ${to} (${target})`;
}

function cycleOf(file: string, specifier: string): string | undefined {
  if (!isRelative(specifier)) return undefined;
  const target = targetOf(file, specifier);
  const path = pathTo(file, target);
  return path && `import cycle: ${[file, ...path].join(" → ")}`;
}

/** The files by which `from` imports `to`, where it does. */
function pathTo(to: string, from: string): string[] | undefined {
  const before = new Map<string, string | undefined>([[from, undefined]]);
  for (const [file] of before) {
    if (file === to) {
      const path: string[] = [];
      for (let at: string | undefined = file; at; at = before.get(at)) {
        path.unshift(at);
      }
      return path;
    }
    for (const next of importsOf(file)) {
      if (!before.has(next)) before.set(next, file);
    }
  }
  return undefined;
}

const IMPORT =
  /^(?:(?:import|export)\b[^"';]*?\bfrom|import|\} from)\s*"(\.{1,2}\/[^"]+)"/gm;
const imports = new Map<string, readonly string[]>();

/** The project's files that a file imports. */
function importsOf(file: string): readonly string[] {
  const known = imports.get(file);
  if (known !== undefined) return known;
  const path = `${ROOT}${file}`;
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  const found = [...text.matchAll(IMPORT)]
    .map(([, specifier]) => targetOf(file, specifier!));
  imports.set(file, found);
  return found;
}

function isRelative(specifier: string): boolean {
  return /^\.{0,2}\//.test(specifier);
}

function targetOf(file: string, specifier: string): string {
  return new URL(specifier, `file:///${file}`).pathname.slice(1);
}

function layerOf(file: string): string | undefined {
  if (file === "cli.ts" || file === "mod.ts") return file;
  if (!file.startsWith("lib/") || SHARED.includes(file)) return undefined;
  const owner = ownerOf(file);
  if (["cli", "wine", "std"].includes(owner)) return `lib/${owner}`;
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
