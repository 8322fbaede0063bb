/**
 * Builds the program in C that attacks the name of a pipe.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { statOf } from "../../../lib/wine/cache.ts";
import { CC, digestOf, hasCompilers, run } from "../../support/programs/c.ts";

const SOURCE = new URL("./attacker.c", import.meta.url);

/** The path of the program below `folder`, built anew when its source has changed; undefined where there is no compiler. */
export async function buildAttacker(
  folder: string,
): Promise<string | undefined> {
  const program = `${folder}/attacker-${await digestOf([SOURCE])}.exe`;
  if (statOf(program)?.isFile) return program;
  if (!await hasCompilers()) return undefined;
  await Deno.mkdir(folder, { recursive: true });
  const source = fileURLToPath(SOURCE);
  await run(CC, "-O2", "-municode", "-o", `${program}.new`, source);
  await Deno.rename(`${program}.new`, program);
  return program;
}
