import type { TraceRecord } from "../../../mod.ts";
import type { Environment } from "../environment.ts";
import { Failed } from "../exit_code.ts";
import { Printer } from "../text/printer.ts";
import type { TraceView } from "./spec.ts";
import { diagramOf } from "./diagram.ts";
import { pageOf } from "./page.ts";
import { readTrace } from "./read.ts";

const ON_STDOUT = "-";

export async function run(
  { files, output, common }: TraceView,
  env: Environment,
): Promise<void> {
  const records: TraceRecord[] = [];
  let left = 0;
  for (const file of files) {
    const read = readTrace(file, await Deno.readTextFile(file));
    for (const { line, reason } of read.bad) {
      env.log(`${file}:${line}: skipped, ${reason}`);
    }
    left += read.bad.length;
    for (const record of read.records) records.push(record);
  }
  if (records.length === 0) {
    throw new Failed(
      `Cannot show ${
        files.join(", ")
      }: no call found; give files that --trace=FILE wrote`,
    );
  }
  const diagram = diagramOf(records);
  const page = pageOf(diagram, { files, left });
  if (output === ON_STDOUT) return await env.out(page);
  await Deno.writeTextFile(output, page);
  const { length: calls } = diagram.calls;
  const processes = new Set(diagram.calls.map(({ pid }) => pid)).size;
  if (common.json) {
    await new Printer(env, common).event("page", {
      file: output,
      processes,
      calls,
      left,
    });
  } else await env.out(`${output}\n`);
}
