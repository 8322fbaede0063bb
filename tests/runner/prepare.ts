/**
 * Gets the programs of others that the tests and benchmarks run against, into
 * the folder given, and prints where they are as one JSON object: the
 * variables to set, with the paths of this machine. `deno task test` runs it.
 *
 * @module
 */

import { dirname } from "node:path";
import { linuxPrograms } from "../support/programs/linux_programs.ts";
import {
  arrpc,
  CLIPBOARDY,
  had,
  KOFFI,
  NODE,
  nodePackages,
  type NpmProgram,
  npmProgram,
  TSGO,
  WINPTY,
} from "../interop/npm_programs.ts";
import { buildMessagePeer } from "../bench/build.ts";
import { buildAttacker } from "../named_pipe/peers/build.ts";
import { assembleByMinGw } from "../rpc/generated_code/source.ts";
import { buildMidlPeer } from "../rpc/midl/build.ts";

if (import.meta.main) {
  const [folder] = Deno.args;
  if (folder === undefined) throw new TypeError("Give a folder");
  const midl = await buildMidlPeer(folder);
  const assembled = await assembleByMinGw(folder);
  const messages = await buildMessagePeer(folder);
  const attacker = await buildAttacker(folder);
  const variables = {
    ...await npmPrograms(folder),
    ...midl === undefined ? {} : { WINIPC_TEST_MIDL: midl },
    ...assembled === undefined ? {} : { WINIPC_TEST_ASSEMBLED: assembled },
    ...messages === undefined ? {} : { WINIPC_TEST_MESSAGES: messages },
    ...attacker === undefined ? {} : { WINIPC_TEST_ATTACKER: attacker },
    ...await linuxPrograms(folder),
  };
  // deno-lint-ignore no-console
  console.log(JSON.stringify(variables));
}

/** What npm has, all of it at once: where there is no network, each waits for it. */
async function npmPrograms(folder: string): Promise<Record<string, string>> {
  const program = (wanted: NpmProgram) => () => npmProgram(wanted, folder);
  const found = await Promise.all([
    had("WINIPC_TEST_NODE", program(NODE)),
    had("WINIPC_TEST_KOFFI", async () => dirname(await program(KOFFI)())),
    had("WINIPC_TEST_ARRPC", () => arrpc(folder)),
    had("WINIPC_TEST_CLIPBOARDY", program(CLIPBOARDY)),
    had("WINIPC_TEST_WINPTY", program(WINPTY)),
    had("WINIPC_TEST_TSGO", program(TSGO)),
    had("WINIPC_TEST_PACKAGES", () => nodePackages(folder)),
  ]);
  return Object.assign({}, ...found);
}
