/** Programs of others that `deno task test` gets where it can, and tests that need them. */

import { fileURLToPath } from "node:url";
import { namedUnless } from "./ignored.ts";
import { Peer } from "./peer.ts";

/** What the preparation tells of, and how a test's name calls it. */
const VARIABLES = {
  node: "WINIPC_TEST_NODE",
  koffi: "WINIPC_TEST_KOFFI",
  arrpc: "WINIPC_TEST_ARRPC",
  packages: "WINIPC_TEST_PACKAGES",
  clipboardy: "WINIPC_TEST_CLIPBOARDY",
  winpty: "WINIPC_TEST_WINPTY",
  tsgo: "WINIPC_TEST_TSGO",
} as const;

/** The large ones, which only `deno task interop` gets. */
const LARGE = {
  biome: "WINIPC_INTEROP_BIOME",
  dotnet: "WINIPC_INTEROP_DOTNET",
  ffmpeg: "WINIPC_INTEROP_FFMPEG",
  postgres: "WINIPC_INTEROP_POSTGRES",
  trivy: "WINIPC_INTEROP_TRIVY",
} as const;

const ALL = { ...VARIABLES, ...LARGE };

export type Partner = keyof typeof ALL;

/** Those that every run of the tests is to have. */
export const PARTNERS = Object.keys(VARIABLES) as Partner[];

/** The path of a program or a package, or `undefined`. */
export function pathOfPartner(partner: Partner): string | undefined {
  return Deno.env.get(ALL[partner]);
}

/**
 * A `Deno.test` for what needs these: where one could not be had, as without
 * npm, the test is ignored and its name says so.
 */
export function testWith(
  ...partners: Partner[]
): (name: string, fn: (t: Deno.TestContext) => Promise<void>) => void {
  const missing = partners.filter((name) => pathOfPartner(name) === undefined);
  const why = `no ${missing.join(", ")} here`;
  return (name, fn) =>
    Deno.test({ ...namedUnless(missing.length > 0, why, name), fn });
}

/** Starts a script in Node for Windows. */
export function startNode(
  script: URL,
  args: readonly (string | number)[] = [],
  flags: readonly string[] = [],
): Peer {
  const command = ["--no-warnings", ...flags, fileURLToPath(script)];
  return new Peer(pathOfPartner("node")!, [...command, ...args.map(String)]);
}
