/**
 * The processes of the benchmarks: started, and their lines read.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { runArgs } from "../support/deno.ts";

/** A benchmark's process. */
export interface Running extends AsyncDisposable {
  /** The next line of its output. */
  line(): Promise<string>;
}

/** Who runs a program: winipc on Deno, or Node's own modules. */
export type Side = "winipc" | "node";

/** Starts `peers/<program>` of `side`. Its errors show. */
export function start(side: Side, program: string, args: string[]): Running {
  const file = new URL(
    `./peers/${side === "node" ? `node_${program}.mts` : `${program}.ts`}`,
    import.meta.url,
  );
  const child = new Deno.Command(side === "node" ? node() : Deno.execPath(), {
    args: side === "node"
      ? [fileURLToPath(file), ...args]
      : runArgs(file, args),
    stdin: "null",
    stdout: "piped",
    // Node cannot use a stderr that is a pipe of Linux, as under a pipeline.
    stderr: "piped",
  }).spawn();
  const errors = show(child.stderr);
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(
    splitLines(),
  ).getReader();
  return {
    async line() {
      const { value, done } = await lines.read();
      if (done) throw new Error(`${program} of ${side} ended without a word`);
      return value;
    },
    async [Symbol.asyncDispose]() {
      await lines.cancel();
      await child.status;
      await errors;
    },
  };
}

async function show(errors: ReadableStream<Uint8Array>): Promise<void> {
  for await (const chunk of errors) await Deno.stderr.write(chunk);
}

/** Node for Windows, if the task found one. */
export function node(): string {
  const path = Deno.env.get("WINIPC_TEST_NODE");
  if (path === undefined) {
    throw new Error("WINIPC_TEST_NODE does not say where Node for Windows is");
  }
  return path;
}

function splitLines(): TransformStream<string, string> {
  let rest = "";
  return new TransformStream({
    transform(text, controller) {
      const lines = (rest + text).split(/\r?\n/);
      rest = lines.pop()!;
      for (const line of lines) controller.enqueue(line);
    },
  });
}
