/**
 * Building C programs for Windows, with Debian's `widl` and MinGW.
 *
 * @module
 */

import {
  lastLines,
  runTool,
  type ToolResult,
} from "../../../lib/wine/process.ts";

const PACKAGES = ["mingw-w64-tools", "gcc-mingw-w64-x86-64-win32"];
/** The compiler of interface definitions. */
export const IDL = "x86_64-w64-mingw32-widl";
/** The C compiler. */
export const CC = "x86_64-w64-mingw32-gcc";

let there: Promise<boolean> | undefined;

/** What changes with any of the files. */
export async function digestOf(files: readonly URL[]): Promise<string> {
  const texts = await Promise.all(files.map((file) => Deno.readTextFile(file)));
  const bytes = new TextEncoder().encode(texts.join("\0"));
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return new Uint8Array(digest).toHex().slice(0, 12);
}

/** Whether there are compilers, which are installed where that may be; says on stderr where not. */
export async function hasCompilers(): Promise<boolean> {
  there ??= look();
  return await there;
}

async function look(): Promise<boolean> {
  if (await canHave()) return true;
  // deno-lint-ignore no-console
  console.error(
    `No ${IDL} and ${CC}: the tests against C programs are ignored` +
      (Deno.build.os === "linux"
        ? `. Debian has them: "apt-get install ${PACKAGES.join(" ")}"`
        : ""),
  );
  return false;
}

async function canHave(): Promise<boolean> {
  if (Deno.build.os !== "linux") return false;
  if (await exist()) return true;
  const root = Deno.uid() === 0 ? [] : ["sudo", "-n"];
  const install = ["install", "-y", "--no-install-recommends", ...PACKAGES];
  for (const args of [["update"], install]) {
    const [tool, ...rest] = [...root, "apt-get", ...args];
    const result = await attempt(tool!, rest);
    if (result?.code !== 0) return false;
  }
  return await exist();
}

async function exist(): Promise<boolean> {
  for (const tool of [IDL, CC]) {
    if (await attempt(tool, ["--version"]) === undefined) return false;
  }
  return true;
}

async function attempt(
  tool: string,
  args: string[],
): Promise<ToolResult | undefined> {
  try {
    return await runTool(tool, {
      args,
      env: { DEBIAN_FRONTEND: "noninteractive" },
    });
  } catch {
    return undefined;
  }
}

/** Runs a compiler. */
export async function run(tool: string, ...args: string[]): Promise<void> {
  const result = await runTool(tool, { args });
  if (result.code === 0) return;
  throw new Error(`Cannot build the C programs\n${lastLines(result)}`);
}
