import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { removeTree } from "../../lib/wine/cache.ts";
import type { TraceRecord } from "../../mod.ts";
import { jsonLines, uniqueName, winipc } from "../cli/helpers.ts";

/** A folder that goes with the test. */
async function folder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir({ prefix: "winipc-trace-" });
  return {
    path,
    [Symbol.asyncDispose]: () => removeTree(path),
  };
}

async function recordsOf(file: string): Promise<TraceRecord[]> {
  return jsonLines(await Deno.readTextFile(file));
}

Deno.test("demo --trace=FILE has the calls of both processes", async () => {
  await using temp = await folder();
  const file = `${temp.path}\\demo.jsonl`;
  const prefix = uniqueName();
  const { code, stderr } = await winipc([
    ...["demo", "mailslot", "message", "anon"],
    ...[`--prefix=${prefix}`, `--trace=${file}`],
  ]);
  assertEquals(code, 0, stderr);
  const records = await recordsOf(file);
  const object = `\\\\.\\mailslot\\${prefix}Name`;
  const own = records.filter((record) => record.object === object);
  const pids = [...new Set(own.map(({ pid }) => pid))];
  assertEquals(pids.length, 2);
  const actionsOf = (pid: number | undefined) =>
    new Set(
      own.filter((record) => record.pid === pid).map(({ action }) => action),
    );
  const reader = own.find(({ action }) => action === "create")!.pid;
  const writer = pids.find((pid) => pid !== reader);
  assert(
    ["create", "read", "close"].every((word) =>
      actionsOf(reader).has(word as never)
    ),
  );
  assert(
    ["open", "write", "close"].every((word) =>
      actionsOf(writer).has(word as never)
    ),
  );
  // The thread of the window is traced, too, and who sends to it.
  const window = records.find(({ thread, name, args }) =>
    thread === "window" && name === "CreateWindowExW" &&
    JSON.stringify(args.lpWindowName).includes(prefix)
  )!;
  assert(
    records.some(({ pid, name }) =>
      pid !== window.pid && name.startsWith("SendMessageTimeout")
    ),
  );
  // The child that inherits a pipe tells its calls as well.
  const child = records.find(({ name, event }) =>
    name === "CreateProcessW" && event === "call"
  )!;
  const pid = Number(child.object!.replace("process ", ""));
  assert(
    records.some((record) => record.pid === pid && record.name === "ReadFile"),
  );
});

Deno.test("--trace reports calls as text on stderr, and stdout is as ever", async () => {
  const name = uniqueName();
  const { code, stdout, stderr } = await winipc([
    ...["mailslot", "write", name, "hello", "--timeout", "0", "--trace"],
  ]);
  assertEquals([code, stdout], [3, ""]);
  const lines = stderr.trim().split(/\r?\n/);
  const traceLines = lines.filter((line) => line.startsWith("trace: "));
  assert(
    traceLines.some((line) =>
      /mailslot CreateFileW\(lpFileName="\\\\\.\\mailslot\\.* = 0xffffffffffffffff, ERROR_FILE_NOT_FOUND \(2\), [\d.]+ µs$/
        .test(line)
    ),
    stderr,
  );
  assertEquals(lines.length - traceLines.length, 1);
  assertStringIncludes(lines.at(-1)!, "winipc: ");
});

Deno.test("--trace=- reports calls as JSON on stderr", async () => {
  const { code, stderr } = await winipc([
    "shm",
    "info",
    uniqueName(),
    "--trace=-",
  ]);
  assertEquals(code, 3);
  const [first] = jsonLines(
    stderr.split("\n").filter((line) => line.startsWith("{")).join("\n"),
  );
  assertEquals(typeof first.name, "string");
});

Deno.test("--trace takes a file behind an equals sign, and no word", async () => {
  const empty = await winipc(["pipe", "list", "--trace="]);
  assertEquals(empty.code, 2);
  assertStringIncludes(empty.stderr, "--trace= needs a value");
  const nowhere = await winipc(["pipe", "list", "--trace=Z:\\no\\such\\place"]);
  assertEquals(nowhere.code, 3);
});

Deno.test("trace view writes a page, and reports lines that are not calls", async () => {
  await using temp = await folder();
  const file = `${temp.path}\\calls.jsonl`;
  const traced = await winipc(["shm", "info", uniqueName(), `--trace=${file}`]);
  assertEquals(traced.code, 3);
  const calls = (await recordsOf(file)).length;
  const good = await Deno.readTextFile(file);
  await Deno.writeTextFile(
    file,
    `\ufeff${good}\nnonsense\n[]\n{"event":"call"}\n{"ev`,
  );
  const { code, stdout, stderr } = await winipc([
    "trace",
    "view",
    file,
    "--json",
  ]);
  assertEquals(code, 0, stderr);
  const [{ at, ...page }] = jsonLines(stdout);
  const html = `${temp.path}\\calls.html`;
  assertEquals(page, {
    event: "page",
    file: html,
    processes: 1,
    calls,
    left: 4,
  });
  assert(Date.parse(at) > 0);
  const line = good.trim().split("\n").length + 2;
  assertEquals(stderr.trim().split(/\r?\n/), [
    `${file}:${line}: skipped, it is not JSON`,
    `${file}:${line + 1}: skipped, it is not an object`,
    `${file}:${line + 2}: skipped, "seq" is not a number`,
    `${file}:${line + 3}: skipped, it is not JSON`,
  ]);
  const source = await Deno.readTextFile(html);
  assertStringIncludes(source, "<!DOCTYPE html>");
  assertStringIncludes(source, "4 lines skipped");

  const onStdout = await winipc(["trace", "view", file, "--output", "-"]);
  assertEquals(onStdout.stdout, source);
});

Deno.test("trace view reports what it cannot show", async () => {
  await using temp = await folder();
  const file = `${temp.path}\\empty.jsonl`;
  await Deno.writeTextFile(file, "\n");
  const empty = await winipc(["trace", "view", file]);
  assertEquals(empty.code, 1);
  assertStringIncludes(empty.stderr, "no call found");
  const missing = await winipc(["trace", "view", `${file}.not`]);
  assertEquals(missing.code, 3);
  const none = await winipc(["trace", "view"]);
  assertEquals(none.code, 2);
});
