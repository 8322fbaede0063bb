/** Children for the tests of processes. */

import {
  type AnonymousPipeEnd,
  type Inheritable,
  spawn,
  type SpawnedChild,
  type SpawnOptions,
} from "../../mod.ts";
import { runArgs } from "../support/deno.ts";
import "../support/native.ts";

const CHILD = new URL("./peers/child.ts", import.meta.url);

/** Starts a verb of peers/child.ts in another Deno, its stdin and stdout piped. */
export function denoChild(
  verb: string,
  args: (string | Inheritable)[] = [],
  options: SpawnOptions = {},
): SpawnedChild {
  return spawn(Deno.execPath(), {
    stdin: "pipe",
    stdout: "pipe",
    ...options,
    args: [...runArgs(CHILD), verb, ...args],
  });
}

/** Starts cmd.exe with a command in its own language. */
export function cmd(line: string, options: SpawnOptions = {}): SpawnedChild {
  return spawn("cmd.exe", {
    stdin: "null",
    stdout: "pipe",
    ...options,
    args: ["/d", "/c", line],
    windowsRawArguments: true,
  });
}

/** All text that comes, up to the end. */
export async function allText(end: AnonymousPipeEnd): Promise<string> {
  return await new Response(end.readable).text();
}

/** The next line, with everything behind it left in the pipe. */
export async function line(end: AnonymousPipeEnd): Promise<string> {
  const byte = new Uint8Array(1);
  const bytes: number[] = [];
  while (await end.read(byte) !== null && byte[0] !== 10) bytes.push(byte[0]!);
  return new TextDecoder().decode(new Uint8Array(bytes));
}
