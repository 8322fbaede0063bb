import { bold, green, red } from "@std/fmt/colors";
import type { Doctor } from "./spec.ts";
import { type Attempt, CHECKS } from "./checks.ts";
import type { Environment } from "../environment.ts";
import { Failed } from "../exit_code.ts";
import { Printer } from "../text/printer.ts";
import { type SystemInfo, systemInfo } from "../system_info.ts";

/** How long an attempt may take, in ms, on a machine busy with other work too. */
const TIME_LIMIT = 30_000;

export async function run(
  { common }: Doctor,
  env: Environment,
): Promise<void> {
  const printer = new Printer(env, common);
  const system = systemInfo();
  if (common.json) await printer.event("system", { ...system });
  else await env.out(`${systemText(system)}\n\n`);
  let failed = 0;
  for (const check of CHECKS) {
    const { mechanism, title, more = [] } = check;
    let works = true;
    for (const part of [{ ...check, what: undefined }, ...more]) {
      const result = await examine(part, system.wine ?? false, env);
      if (!result.ok) works = false;
      const { what } = part;
      if (common.json) {
        await printer.event("check", { mechanism, what, ...result });
      } else {await env.out(
          resultText(what ?? title, result, what === undefined),
        );}
    }
    if (!works) failed++;
  }
  if (failed === 0) return;
  throw new Failed(
    `${failed} of ${CHECKS.length} mechanisms do not work here, or not all of them`,
  );
}

interface Result {
  readonly ok: boolean;
  readonly milliseconds: number;
  readonly flag: string;
  readonly error?: string;
  readonly advice?: string;
}

async function examine(
  { flag, attempt }: Attempt,
  wine: boolean,
  env: Environment,
): Promise<Result> {
  const limit = AbortSignal.timeout(TIME_LIMIT);
  const since = performance.now();
  const took = () => Math.ceil(performance.now() - since);
  try {
    const signal = AbortSignal.any([env.signal, limit]);
    await attempt(`winipc-doctor-${Deno.pid}`, signal);
    return { ok: true, milliseconds: took(), flag: flag(wine) };
  } catch (error) {
    env.signal.throwIfAborted();
    const text = error instanceof Error ? error.message : String(error);
    const wanted = wantedFlags(text, flag(wine));
    const advice = adviceFor(error, wanted);
    const result = { milliseconds: took(), flag: wanted, error: text, advice };
    return { ok: false, ...result };
  }
}

/**
 * The needs of a refused mechanism: those of its own error if that lists more
 * libraries. It knows whether this is Wine, even without permission to ask.
 */
function wantedFlags(text: string, flag: string): string {
  if (flag.split(" ").includes("--allow-ffi")) return flag;
  const listed = /\(required in all: (--allow-ffi=[^)]+)\)$/.exec(text)?.[1] ??
    "";
  return listed.split(",").length > flag.split(",").length ? listed : flag;
}

function adviceFor(error: unknown, flag: string): string {
  if (error instanceof Deno.errors.NotCapable) {
    return `add ${flag} to "deno run", or -A`;
  }
  if (error instanceof Deno.errors.NotSupported) {
    return "run it on Windows, or by cli.ts, which uses Wine on other systems";
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return "Windows refuses it to this account: try another one";
  }
  return "set WINIPC_VERBOSE=1 and run it again to see where it fails";
}

function systemText(
  { os, release, wine, wineVersion, deno, arch }: SystemInfo,
): string {
  const version = release ?? "of unknown version (--allow-sys shows it)";
  const name = wineVersion === undefined ? "Wine" : `Wine ${wineVersion}`;
  const by = wine ? `${name}, which says it is ` : "";
  return `${by}${os} ${version}, ${arch}, Deno ${deno}`;
}

function resultText(
  title: string,
  { ok, milliseconds, flag, error, advice }: Result,
  whole: boolean,
): string {
  const name = whole ? bold(title) : `  ${title}`;
  const head = ok
    ? `${green("ok")}      ${name}, ${milliseconds} ms`
    : `${red("failed")}  ${name}: ${error}`;
  const indent = " ".repeat(whole ? 8 : 10);
  const lines = [head, `${indent}needs at least ${flag}`];
  if (advice !== undefined) lines.push(`${indent}${advice}`);
  return `${lines.join("\n")}\n`;
}
