/**
 * The texts that people and their scripts read: a change of one shows in its
 * snapshot. New ones are taken by `WINIPC_STD=fallback` and
 * `deno task test tests/cli/snapshot_test.ts --update-snapshots`.
 */

import { assert } from "@std/assert";
import { assertSnapshot } from "@std/testing/snapshot";
import type { TraceRecord } from "../../mod.ts";
import { GRAMMAR } from "../../lib/cli/command.ts";
import { schemaText } from "../../lib/cli/text/json_schema.ts";
import { parse } from "../../lib/cli/arguments/parse.ts";
import { diagramOf } from "../../lib/cli/trace/diagram.ts";
import { pageOf } from "../../lib/cli/trace/page.ts";

/** What is typed before `--help`, for everything that has help. */
const WORDS: string[][] = [
  [],
  ...Object.entries(GRAMMAR).flatMap(([name, entry]) => [
    [name],
    ...("verbs" in entry ? Object.keys(entry.verbs) : [])
      .map((verb) => [name, verb]),
  ]),
];

for (const words of WORDS) {
  const typed = [...words, "--help"];
  Deno.test(`winipc ${typed.join(" ")}`, async (t) => {
    const command = parse(typed);
    assert(command.kind === "help");
    await assertSnapshot(t, command.text);
  });
}

Deno.test("winipc help json", async (t) => {
  await assertSnapshot(t, schemaText());
});

/** A call of one of two processes; `start` counts from the first one. */
function call(
  seq: number,
  start: number,
  fields: Partial<TraceRecord>,
): TraceRecord {
  return {
    event: "call",
    seq,
    pid: 1,
    thread: "main",
    at: "2026-01-31T12:00:00.000000Z",
    micros: 10,
    dll: "kernel32.dll",
    name: "CreateFileW",
    args: {},
    start: 1_769_860_800_000_000 + start,
    ...fields,
  };
}

const PIPE = { object: "\\\\.\\pipe\\x", mechanism: "named pipe" };

const CALLS: readonly TraceRecord[] = [
  call(1, 0, { ...PIPE, name: "CreateNamedPipeW", action: "create" }),
  call(2, 40, { ...PIPE, action: "open", pid: 2 }),
  call(3, 60, { ...PIPE, name: "WriteFile", action: "write", pid: 2 }),
  call(4, 80, { ...PIPE, name: "ReadFile", action: "read" }),
  call(5, 90, { name: "GetTickCount64" }),
];

Deno.test("the page of a trace", async (t) => {
  const page = pageOf(diagramOf(CALLS), { files: ["x.jsonl"], left: 0 });
  // Its style and its script are text that is looked at in a browser's test.
  const shown = page.replace(/<style>[^]*?<\/style>/, "<style></style>")
    .replace(/<script>[^]*?<\/script>/g, "<script></script>");
  await assertSnapshot(t, shown);
});
