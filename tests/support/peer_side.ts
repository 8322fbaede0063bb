/** What a script says and hears as a peer: lines. */

import { linesOf } from "./lines.ts";

let heard: AsyncGenerator<string, void, void> | undefined;

/** Says a line. */
export function say(line: string | number): void {
  const bytes = new TextEncoder().encode(`${line}\n`);
  for (let at = 0; at < bytes.length;) {
    at += Deno.stdout.writeSync(bytes.subarray(at));
  }
}

/** Waits for the next line that the test tells. Undefined when it is over. */
export async function told(): Promise<string | undefined> {
  const { value } = await (heard ??= linesOf(Deno.stdin.readable)).next();
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
