import { ChildOutput } from "../../../anonymous_pipe/output.ts";
import { spawn } from "../../../anonymous_pipe/mod.ts";
import type { SpawnedChild } from "../../../../mod.ts";
import type { AnonRun } from "./spec.ts";
import type { GlobalOptions } from "../../arguments/global_options.ts";
import type { Environment } from "../../environment.ts";
import { isTimeout } from "../../exit_code.ts";
import { abortable, abortableItems } from "../../connection/abort.ts";
import { InactivityTimeout } from "../../connection/inactivity_timeout.ts";
import { Pieces } from "../../text/incoming.ts";
import { Printer } from "../../text/printer.ts";

const CHUNK = 262144;
/** Shells on other systems than Windows see 8 bits of an exit code. */
const LARGEST_SHOWN = 255;

/** Runs `anon run`; resolves to the child's exit code. */
export async function run(
  { command, args, newConsole, windowsHide, common }: AnonRun,
  env: Environment,
): Promise<number> {
  using idle = new InactivityTimeout(env.signal, common.timeout);
  const printer = new Printer(env, common);
  await using child = spawn(command, {
    args,
    stdin: "pipe",
    stdout: "pipe",
    endWithParent: true,
    newConsole,
    windowsHide,
  });
  const { pid } = child;
  await printer.event("started", { pid });
  const over = new AbortController();
  const feeding = feed(child, env, idle, over.signal);
  // Called at the end of the child's output.
  feeding.catch(() => {});
  let code: number | undefined;
  const exited = async () => {
    ({ code } = await abortable(child.status, idle.signal));
    await printer.event("exited", { pid, code });
    if (code > LARGEST_SHOWN && !common.quiet) {
      const hex = (code >>> 0).toString(16).toUpperCase();
      env.log(`The child ended with exit code ${code} (0x${hex})`);
    }
  };
  try {
    if (await print(child, common, env, idle, exited)) return 0;
  } catch (error) {
    // Its exit code is known; processes that it started may be silent for
    // longer.
    if (code === undefined || !isTimeout(error)) throw error;
    const fact = `was silent for ${common.timeout} ms, and is ended`;
    if (!common.quiet) env.log(`A process of the child ${fact}`);
  } finally {
    over.abort(new DOMException("The child has ended", "AbortError"));
  }
  return code!;
}

/** Copies our stdin to the child, until either ends. */
async function feed(
  child: SpawnedChild,
  env: Environment,
  idle: InactivityTimeout,
  over: AbortSignal,
): Promise<void> {
  const signal = AbortSignal.any([idle.signal, over]);
  try {
    for await (const chunk of abortableItems(env.childStdin, signal)) {
      await child.stdin.write(chunk, { signal });
      idle.progress();
    }
  } finally {
    child.stdin.close();
  }
}

/**
 * Copies the child's stdout to ours; resolves to whether the count is reached
 * before its end. `exited` is called after all output of the child itself.
 * Output of its own children after that is copied too.
 */
async function print(
  child: SpawnedChild,
  common: GlobalOptions,
  env: Environment,
  idle: InactivityTimeout,
  exited: () => Promise<void>,
): Promise<boolean> {
  const pieces = inLines(common) ? new Pieces("byte", common) : undefined;
  const printer = new Printer(env, common);
  const buffer = new Uint8Array(CHUNK);
  let left = common.count;
  const show = async (messages: Uint8Array[]) => {
    const shown = messages.slice(0, left);
    await printer.messages(shown);
    return (left -= shown.length) <= 0;
  };
  const pass = async (from: Pick<ChildOutput, "read">) => {
    for (;;) {
      const length = await from.read(buffer, { signal: idle.signal });
      idle.progress();
      if (length === null) return await show(pieces?.end() ?? []);
      const chunk = buffer.subarray(0, length);
      if (pieces === undefined) await env.out(chunk);
      else if (await show(pieces.push(chunk))) return true;
    }
  };
  const output = new ChildOutput(child);
  if (await pass(output)) return true;
  await exited();
  return output.isClosed ? false : await pass(child.stdout);
}

function inLines({ json, format, count, encoding }: GlobalOptions): boolean {
  if (json || format === "hex" || count < Infinity) return true;
  return format === "text" && encoding !== "utf-8";
}
