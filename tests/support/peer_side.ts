/** The lines that a script, as a peer, prints and reads. */

import { linesOf } from "./lines.ts";

let lines: AsyncGenerator<string, void, void> | undefined;

/** Prints a line. */
export function say(line: string | number): void {
  const bytes = new TextEncoder().encode(`${line}\n`);
  for (let at = 0; at < bytes.length;) {
    at += Deno.stdout.writeSync(bytes.subarray(at));
  }
}

/** Reads the next line that the test sends; undefined at the end of stdin. */
export async function readLine(): Promise<string | undefined> {
  const { value } = await (lines ??= linesOf(Deno.stdin.readable)).next();
  return value ?? undefined;
}

/**
 * Ends this process at once, without a word. Who has a socket does so itself:
 * Wine keeps the sockets of a process that another one kills just when something
 * has happened on them, and their other side never hears of its end.
 */
export function crash(): void {
  Deno.kill(Deno.pid, "SIGKILL");
}
