// The packages of npm below the folder that WINIPC_TEST_PACKAGES names, and what
// the scripts with them say.
import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";

/** Loads a package. */
export const load: NodeJS.Require = createRequire(
  join(process.env.WINIPC_TEST_PACKAGES!, "package.json"),
);

/** The arguments. */
export const args: string[] = process.argv.slice(2);

/** Says a line. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Runs until the input ends. */
export function stay(): void {
  process.stdin.resume().on("end", () => process.exit());
}
