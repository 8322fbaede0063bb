/**
 * The command line of winipc. On Windows it runs directly; on other systems it
 * runs in Windows Deno under Wine, which it sets up the first time.
 *
 * ```sh
 * deno run -A cli.ts mailslot read
 * ```
 *
 * @module
 */
import { HostError, messageOf } from "./lib/wine/errors.ts";
import { isGranted, readableVariable } from "./lib/granted_permissions.ts";
import { flagsForWindows } from "./lib/wine/permissions.ts";

if (import.meta.main) {
  try {
    Deno.exit(await (Deno.build.os === "windows" ? runHere() : runThere()));
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    await log(`winipc: ${messageOf(error)}`);
    Deno.exit(1);
  }
}

async function runHere(): Promise<number> {
  const cli = await loadCli();
  return cli ? await cli.main(Deno.args) : await runAgain();
}

/** The commands; `undefined` when `@std` does not resolve or load. */
async function loadCli(): Promise<
  { main(args: string[]): Promise<number> } | undefined
> {
  try {
    // Spelled so that Deno does not resolve @std unless it is used.
    return await import(new URL("./lib/cli/main.ts", import.meta.url).href);
  } catch (error) {
    if (!/@std\/|jsr:/.test(messageOf(error)) || fallbackIsOn()) throw error;
    return undefined;
  }
}

function fallbackIsOn(): boolean {
  try {
    return import.meta.resolve("@std/fmt/colors")
      .endsWith("/lib/std/fmt/colors.ts");
  } catch {
    return false;
  }
}

/** Runs this program again, with the fallback instead of `@std`. */
async function runAgain(): Promise<number> {
  const { IMPORT_MAP } = await loadHost();
  if (!isGranted({ name: "run" })) {
    throw new HostError(
      `JSR cannot be reached: add --import-map=${IMPORT_MAP}, or --allow-run`,
    );
  }
  if (readableVariable("WINIPC_VERBOSE")) {
    await log("winipc: JSR cannot be reached, using the fallback for @std");
  }
  return await runThere([`--import-map=${IMPORT_MAP}`]);
}

async function runThere(flags?: string[]): Promise<number> {
  const { handOver, stdFlags } = await loadHost();
  const options = [
    ...flagsForWindows(),
    "--no-prompt",
    ...flags ?? await stdFlags(),
  ];
  return await handOver(["run", ...options, Deno.mainModule, ...Deno.args]);
}

/** The module that runs Windows Deno; Windows itself does not load it. */
function loadHost(): Promise<typeof import("./lib/wine/mod.ts")> {
  return import(new URL("./lib/wine/mod.ts", import.meta.url).href);
}

async function log(line: string): Promise<void> {
  await Deno.stderr.write(new TextEncoder().encode(`${line}\n`));
}
