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
