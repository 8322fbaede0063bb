/**
 * Windows pipes for programs whose streams are Linux pipes or sockets.
 *
 * Wine reads and writes those, but cannot query them: libuv calls
 * `SetNamedPipeHandleState` on a standard stream of type `FILE_TYPE_PIPE`
 * (`uv_pipe_open` in libuv's src/win/pipe.c), and Node and Bun end with
 * `open EBADF`. So Windows Deno runs the program with Windows pipes and copies
 * the data.
 *
 * @module
 */

import { fstatSync } from "node:fs";
import { toWindowsArgument } from "./paths.ts";

/**
 * `cmd` reads the command line of a batch file by its own rules: Wine starts
 * those.
 */
const BATCH_FILE = /\.(bat|cmd)$/i;

/**
 * The arguments of Windows Deno that run `program` with Windows pipes, or
 * undefined if no stream of this process needs that.
 */
export function throughWindowsPipes(
  program: string,
  args: string[],
): string[] | undefined {
  const streams = [0, 1, 2].map((fd) => isLinuxPipe(fd) ? "piped" : "inherit");
  if (!streams.includes("piped") || BATCH_FILE.test(program)) return undefined;
  return [
    "run",
    "-A",
    "--no-prompt",
    "--no-config",
    toWindowsArgument(import.meta.url),
    ...streams,
    program,
    ...args,
  ];
}

function isLinuxPipe(fd: number): boolean {
  try {
    const stream = fstatSync(fd);
    return stream.isFIFO() || stream.isSocket();
  } catch {
    // It is closed.
    return false;
  }
}

/**
 * Runs in Windows Deno. Resolves to the program's exit code, once its output
 * has ended.
 */
async function run(
  [stdin, stdout, stderr, program, ...args]: string[],
): Promise<number> {
  // The program gets a Ctrl-C too, and decides.
  Deno.addSignalListener("SIGINT", () => {});
  const child = start(program!, {
    args,
    stdin: stdin as "piped" | "inherit",
    stdout: stdout as "piped" | "inherit",
    stderr: stderr as "piped" | "inherit",
  });
  if (child === undefined) return 1;
  if (stdin === "piped") void copy(Deno.stdin.readable, child.stdin);
  await Promise.all([
    stdout === "piped" && copy(child.stdout, Deno.stdout.writable),
    stderr === "piped" && copy(child.stderr, Deno.stderr.writable),
  ]);
  return (await child.status).code;
}

function start(
  program: string,
  options: Deno.CommandOptions,
): Deno.ChildProcess | undefined {
  try {
    return new Deno.Command(program, options).spawn();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const text = `winipc: Cannot run "${program}": ${reason}\n`;
    Deno.stderr.writeSync(new TextEncoder().encode(text));
    return undefined;
  }
}

/** Copies up to the end; either side that leaves ends the other. */
async function copy(
  from: ReadableStream<Uint8Array>,
  to: WritableStream<Uint8Array>,
): Promise<void> {
  try {
    await from.pipeTo(to);
  } catch {
    // The program sees its own stream end, or break.
  }
}

if (import.meta.main) Deno.exit(await run(Deno.args));
