/**
 * Runs Windows programs: directly on Windows, under Wine elsewhere.
 *
 * @module
 */
import { userCache } from "./cache.ts";
import { needPermissions } from "./permissions.ts";
import { toWindowsArgument, toWindowsPath, toWindowsProgram } from "./paths.ts";
import { readyRuntime } from "./ready.ts";
import { runWine } from "./run.ts";
import type { Runtime } from "./runtime.ts";
import { chooseStd } from "./std.ts";
import { throughWindowsPipes } from "./windows_pipes.ts";

export { HostError, messageOf } from "./errors.ts";
export { flagsForWindows } from "./permissions.ts";
export { IMPORT_MAP } from "./std.ts";

/** Options for {@linkcode handOver} and {@linkcode runProgram}. */
export interface RunOptions {
  /** The current directory. @default {the caller's} */
  cwd?: string;
}

/** Whether this is Windows, where programs run directly. */
export const ON_WINDOWS: boolean = Deno.build.os === "windows";

/**
 * Runs Windows Deno with `args` on this process' streams and resolves to its
 * exit code. On other systems it is set up first if needed. Linux paths and
 * `file:` URLs among the arguments work unchanged.
 *
 * @throws {HostError} When it cannot be set up.
 */
export async function handOver(
  args: string[],
  options: RunOptions = {},
): Promise<number> {
  if (ON_WINDOWS) return await runDirectly(Deno.execPath(), args, options);
  needPermissions();
  const cache = userCache();
  const runtime = readyRuntime(cache) ?? await setUp();
  const { cwd = Deno.cwd() } = options;
  return await runWine(
    [toWindowsPath(cache.denoExe), ...args.map(toWindowsArgument)],
    { cache, runtime, cwd },
  );
}

/**
 * Runs a Windows program in the Windows session of this cache and resolves to
 * its exit code. Its name may be a Linux path; its arguments are passed on
 * unchanged. If a standard stream of this process is a pipe, the program gets a
 * Windows pipe.
 *
 * @throws {HostError} When Wine cannot be set up.
 */
export async function runProgram(
  program: string,
  args: string[],
  options: RunOptions = {},
): Promise<number> {
  if (ON_WINDOWS) return await runDirectly(program, args, options);
  needPermissions();
  const cache = userCache();
  const runtime = readyRuntime(cache) ?? await setUp();
  const { cwd = Deno.cwd() } = options;
  const named = toWindowsProgram(program, cwd);
  const piped = throughWindowsPipes(named, args);
  const line = piped === undefined
    ? [named, ...args]
    : [toWindowsPath(cache.denoExe), ...piped];
  return await runWine(line, { cache, runtime, cwd });
}

/**
 * Ends every Windows program of this cache, and the Wine server. Does nothing
 * without a server, and on Windows.
 */
export async function stop(): Promise<void> {
  if (ON_WINDOWS) return;
  needPermissions();
  const cache = userCache();
  const { chooseRuntime } = await import("./runtime.ts");
  const runtime = chooseRuntime(cache);
  if (!runtime) return;
  const { stopSession } = await import("./prefix.ts");
  await stopSession(cache, runtime);
}

/**
 * The flags for `deno run`, `deno test` and the like that make `@std/…`
 * resolve here: none, or the fallback's `--import-map`.
 *
 * @param importMap The map of the fallback, as a URL. @default {{@linkcode IMPORT_MAP}}
 */
export async function stdFlags(importMap?: string): Promise<string[]> {
  const options = importMap === undefined ? {} : { importMap };
  if (!ON_WINDOWS) needPermissions();
  return await chooseStd(userCache(), options);
}

async function setUp(): Promise<Runtime> {
  const { setUp } = await import("./setup.ts");
  return await setUp(userCache());
}

async function runDirectly(
  program: string,
  args: string[],
  options: RunOptions,
): Promise<number> {
  // The console sends a Ctrl-C to all its programs: the child decides.
  const ignore = () => {};
  Deno.addSignalListener("SIGINT", ignore);
  try {
    const child = new Deno.Command(program, {
      args,
      ...options,
      stdin: "inherit",
      stdout: "inherit",
      stderr: "inherit",
    }).spawn();
    return (await child.status).code;
  } finally {
    Deno.removeSignalListener("SIGINT", ignore);
  }
}
