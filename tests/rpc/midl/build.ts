/**
 * Builds the C client and server of shapes.idl, with Debian's `widl` and
 * MinGW, which it installs where it may.
 *
 * @module
 */

import {
  lastWords,
  runTool,
  type ToolResult,
} from "../../../lib/host/process.ts";
import { statOf } from "../../../lib/host/cache.ts";

const HERE = new URL("./", import.meta.url);
const SOURCES = ["shapes.idl", "peer.c", "build.ts"];
const PACKAGES = ["mingw-w64-tools", "gcc-mingw-w64-x86-64-win32"];
const IDL = "x86_64-w64-mingw32-widl";
const CC = "x86_64-w64-mingw32-gcc";

/**
 * The path of the program below `folder`, built anew when its sources have
 * changed; undefined, with a word on stderr, where there is no compiler and none
 * can be installed.
 */
export async function buildMidlPeer(
  folder: string,
): Promise<string | undefined> {
  const home = `${folder}/midl-${await version()}`;
  const program = `${home}/peer.exe`;
  if (statOf(program)?.isFile) return program;
  if (!await hasCompilers()) {
    // deno-lint-ignore no-console
    console.error(
      `No ${IDL} and ${CC}: the tests against C programs are ignored. ` +
        `Debian has them: "apt-get install ${PACKAGES.join(" ")}"`,
    );
    return undefined;
  }
  await Deno.mkdir(home, { recursive: true });
  const source = (name: string) =>
    decodeURIComponent(new URL(name, HERE).pathname);
  await run("sh", "-c", `cd "$1" && shift && exec "$@"`, "sh", home, IDL, ...[
    "-Oicf",
    "--prefix-server=server_",
    "-c",
    "-s",
    "-h",
    source("shapes.idl"),
  ]);
  // widl has the word "small", and C has not.
  await run(CC, "-O2", "-Dsmall=signed char", `-I${home}`, ...[
    "-o",
    `${program}.new`,
    source("peer.c"),
    `${home}/shapes_c.c`,
    `${home}/shapes_s.c`,
    "-lrpcrt4",
  ]);
  await Deno.rename(`${program}.new`, program);
  return program;
}

async function version(): Promise<string> {
  const texts = await Promise.all(
    SOURCES.map((name) => Deno.readTextFile(new URL(name, HERE))),
  );
  const bytes = new TextEncoder().encode(texts.join("\0"));
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return new Uint8Array(digest).toHex().slice(0, 12);
}

async function hasCompilers(): Promise<boolean> {
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

async function run(tool: string, ...args: string[]): Promise<void> {
  const result = await runTool(tool, { args });
  if (result.code === 0) return;
  throw new Error(`Cannot build the C programs\n${lastWords(result)}`);
}
