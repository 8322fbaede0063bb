import type { DemoEcho } from "./spec.ts";
import { ROUND_TRIPS } from "../round_trips.ts";
import type { Environment } from "../environment.ts";
import { linesOf } from "../text/lines.ts";

/**
 * Runs `demo echo`: echoes messages by each of the mechanisms until the end of
 * stdin, and echoes the lines of stdin. Prints the address of each mechanism.
 */
export async function run(
  { scenarios, prefix }: DemoEcho,
  env: Environment,
): Promise<void> {
  const over = new AbortController();
  const signal = AbortSignal.any([env.signal, over.signal]);
  const report = (fields: Record<string, string>) =>
    env.out(`${JSON.stringify(fields)}\n`);
  const answering = scenarios.map(async (mechanism) => {
    const ready = (where: string) => void report({ mechanism, where });
    const name = `${prefix}winipc-echo-${mechanism}-${Deno.pid}`;
    try {
      await ROUND_TRIPS[mechanism]?.answer({ name, signal, ready });
    } catch (error) {
      if (signal.aborted) return;
      const text = error instanceof Error ? error.message : String(error);
      await report({ mechanism, error: text });
    }
  });
  const decoder = new TextDecoder();
  for await (const line of linesOf(env.stdin)) {
    await env.out(`${decoder.decode(line)}\n`);
  }
  over.abort();
  await Promise.all(answering);
}
