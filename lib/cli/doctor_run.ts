import { bold, green, red } from "@std/fmt/colors";
import type { Doctor } from "./doctor.ts";
import { type Check, CHECKS } from "./doctor_checks.ts";
import type { Environment } from "./environment.ts";
import { Failed } from "./exit_code.ts";
import { Printer } from "./printer.ts";
import { type SystemInfo, systemInfo } from "./system_info.ts";

const TIME_LIMIT = 10_000;

/** Runs `doctor`. */
export async function doctor(
  { common }: Doctor,
  env: Environment,
): Promise<void> {
  const printer = new Printer(env, common);
  const system = systemInfo();
  if (common.json) await printer.event("system", { ...system });
  else await env.out(`${systemText(system)}\n\n`);
  let failed = 0;
  for (const check of CHECKS) {
    const result = await examine(check, system.wine ?? false, env);
    if (!result.ok) failed++;
    if (common.json) await printer.event("check", { ...result });
    else await env.out(resultText(check.title, result));
  }
  if (failed === 0) return;
  throw new Failed(`${failed} of ${CHECKS.length} mechanisms do not work here`);
}

interface Result {
  readonly mechanism: string;
  readonly ok: boolean;
  readonly milliseconds: number;
  readonly flag: string;
  readonly error?: string;
  readonly advice?: string;
}

async function examine(
  { mechanism, flag, attempt }: Check,
  wine: boolean,
  env: Environment,
): Promise<Result> {
  const limit = AbortSignal.timeout(TIME_LIMIT);
  const since = performance.now();
  const told = () => ({
    mechanism,
    milliseconds: Math.ceil(performance.now() - since),
    flag: flag(wine),
  });
  try {
    const signal = AbortSignal.any([env.signal, limit]);
    await attempt(`winipc-doctor-${Deno.pid}`, signal);
    return { ...told(), ok: true };
  } catch (error) {
    env.signal.throwIfAborted();
    const text = error instanceof Error ? error.message : String(error);
    const advice = adviceFor(error, flag(wine));
    return { ...told(), ok: false, error: text, advice };
  }
}

function adviceFor(error: unknown, flag: string): string {
  if (error instanceof Deno.errors.NotCapable) {
    return `add ${flag} to "deno run", or -A`;
  }
  if (error instanceof Deno.errors.NotSupported) {
    return "run it on Windows, or by cli.ts, which brings Wine where this is not Windows";
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return "Windows refuses it to this account: try another one";
  }
  return "set WINIPC_VERBOSE=1 and run it again to see where it fails";
}

function systemText(
  { os, release, wine, wineVersion, deno, arch }: SystemInfo,
): string {
  const version = release ?? "of unknown version (--allow-sys tells)";
  const by = wine ? `Wine ${wineVersion ?? ""}, which says it is ` : "";
  return `${by}${os} ${version}, ${arch}, Deno ${deno}`;
}

function resultText(title: string, result: Result): string {
  const { ok, milliseconds, flag, error, advice } = result;
  const head = ok
    ? `${green("ok")}      ${bold(title)}, ${milliseconds} ms`
    : `${red("failed")}  ${bold(title)}: ${error}`;
  const lines = [head, `        needs at least ${flag}`];
  if (advice !== undefined) lines.push(`        ${advice}`);
  return `${lines.join("\n")}\n`;
}
