/**
 * Builds the C client and server of shapes.idl, with Debian's `widl` and
 * MinGW, which it installs where it may.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { statOf } from "../../../lib/wine/cache.ts";
import {
  CC,
  digestOf,
  hasCompilers,
  IDL,
  run,
} from "../../support/programs/c.ts";

const HERE = new URL("./", import.meta.url);
const SOURCES = ["shapes.idl", "peer.c", "build.ts"];

/**
 * The path of the program below `folder`, built anew when its sources have
 * changed; undefined, with a word on stderr, where there is no compiler and none
 * can be installed.
 */
export async function buildMidlPeer(
  folder: string,
): Promise<string | undefined> {
  const sources = SOURCES.map((name) => new URL(name, HERE));
  const home = `${folder}/midl-${await digestOf(sources)}`;
  const program = `${home}/peer.exe`;
  if (statOf(program)?.isFile) return program;
  if (!await hasCompilers()) return undefined;
  await Deno.mkdir(home, { recursive: true });
  const source = (name: string) => fileURLToPath(new URL(name, HERE));
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
