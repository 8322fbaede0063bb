/** Programs that the tests on this machine start, of Windows and of Linux. */

import { runArgs } from "../../support/deno.ts";
import { linesOf } from "../../support/lines.ts";

const CLI = new URL("../../../cli.ts", import.meta.url);
/** No program of a test runs longer. */
export const LIMIT_MS = 120_000;

/** Starts `winipc ARG…`, which hands itself to Windows Deno. */
export function winipc(
  args: string[],
  env: Record<string, string> = {},
): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: runArgs(CLI, args),
    env,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(LIMIT_MS),
  }).spawn();
}

/** Waits for a line with `pattern`, and gives its first group. */
export async function lineWith(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  pattern: RegExp,
): Promise<string> {
  const said: string[] = [];
  for await (const line of linesOf(stream)) {
    const [, found] = pattern.exec(line) ?? [];
    if (found !== undefined) return found;
    said.push(line);
  }
  throw new Error(`${pattern} never came, only: ${said.join("\n")}`);
}

/** Types a line into a program, and ends its input. */
export async function type(
  child: Deno.ChildProcess,
  line: string,
): Promise<void> {
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(`${line}\n`));
  await writer.close();
}
