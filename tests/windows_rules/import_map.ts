/**
 * The import map that brings the rules into a process, as a flag.
 *
 * @module
 */

import config from "../../deno.json" with { type: "json" };
import fallback from "../support/import_map.json" with { type: "json" };

import { ARM64_NAME, ON_ARM64 } from "./processor.ts";

const HERE = new URL("../../", import.meta.url);
const BINDING = "lib/win32/binding.ts";

/** Where the names of `@std` come from. */
export type Std = "fallback" | "jsr";

/** Options for {@linkcode rulesFlag}. */
export interface RulesFlagOptions {
  /** The project's folder, as the process sees it. @default {as this one sees it} */
  root?: URL;
  /** Where `@std` comes from. @default {where it comes from here} */
  std?: Std;
  /** Further names, relative to the project. */
  imports?: Record<string, string>;
  /** Whether the process is told that it runs on ARM64. @default {as this one is} */
  arm64?: boolean;
  /** What a test replaces, by the addresses of importers. */
  scopes?: Record<string, Record<string, string>>;
}

const DATA = "data:application/json;base64,";

/**
 * The `--import-map` with which a Deno process is under the rules. It is a
 * `data:` URL, so that there is no file to write and none to read, and it says
 * where `@std` comes from, too, because there can be only one.
 */
export function rulesFlag(options: RulesFlagOptions = {}): string {
  const {
    root = HERE,
    std = stdHere(),
    arm64 = ON_ARM64,
    imports = {},
    scopes = {},
  } = options;
  const at = (path: string) => new URL(path, root).href;
  const map = {
    imports: {
      ...(std === "jsr" ? jsrNames() : fallbackNames(at)),
      ...Object.fromEntries(
        Object.entries(imports).map(([name, path]) => [name, at(path)]),
      ),
      ...arm64 ? { [ARM64_NAME]: at("tests/windows_rules/processor.ts") } : {},
      [at(BINDING)]: at("tests/windows_rules/binding.ts"),
    },
    scopes: {
      ...scopes,
      [at("tests/windows_rules/")]: { [at(BINDING)]: at(BINDING) },
    },
  };
  const json = new TextEncoder().encode(JSON.stringify(map)).toBase64();
  return `--import-map=${DATA}${json}`;
}

function stdHere(): Std {
  return import.meta.resolve("@std/assert").startsWith("jsr:") ||
      import.meta.resolve("@std/assert").startsWith("http")
    ? "jsr"
    : "fallback";
}

function fallbackNames(at: (path: string) => string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fallback.imports)
      .map(([name, path]) => [name, new URL(path, at("tests/support/")).href]),
  );
}

/** What Deno makes of the `jsr:` names in a deno.json, which a plain import map must say. */
function jsrNames(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config.imports).flatMap(([name, target]) => [
      [name, target],
      [`${name}/`, `${target.replace(/^jsr:\/?/, "jsr:/")}/`],
    ]),
  );
}

/** Whether `flag` is one of {@linkcode rulesFlag}. */
export function isRulesFlag(flag: string): boolean {
  return flag.startsWith(`--import-map=${DATA}`);
}

/** Makes sure that what a process does first is done first there, which not every module imports. */
export function preloadFlag(root: URL = HERE): string {
  return `--preload=${new URL("tests/windows_rules/preload.ts", root)}`;
}
