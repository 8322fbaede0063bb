import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { TraceRecord } from "../../mod.ts";
import { type Diagram, diagramOf } from "../../lib/cli/trace/diagram.ts";
import { pageOf } from "../../lib/cli/trace/page.ts";
import { readTrace } from "../../lib/cli/trace/read.ts";

const PIPE = "\\\\.\\pipe\\x";
const SINCE = 1_769_860_800_000_000;

let lastSeq = 0;

/** A call; `start` counts from the first one. */
function call(start: number, fields: Partial<TraceRecord>): TraceRecord {
  return {
    event: "call",
    seq: ++lastSeq,
    pid: 1,
    thread: "main",
    at: "2026-01-31T12:00:00.000000Z",
    micros: 10,
    dll: "kernel32.dll",
    name: "CreateFileW",
    args: {},
    ...fields,
    start: SINCE + start,
  };
}

/** `1 create \\.\pipe\x @0`. */
function story({ rows }: Diagram): string[] {
  return rows.map(({ pid, objectAction, at, phase, calls }) =>
    `${pid} ${objectAction?.action} ${objectAction?.label} @${at} ${phase} ${calls}`
  );
}

Deno.test("readTrace() returns the calls, and reports each invalid line", () => {
  const good = call(0, {
    args: {
      a: 1,
      b: "0x1",
      c: null,
      d: { text: "x" },
      e: { bytes: 8, values: [1, "0x2"] },
    },
    completed: [{ overlapped: "0x10", bytes: 1 }],
  });
  const wrong: [object | string | number | null, string][] = [
    ["{", "it is not JSON"],
    [7, "it is not an object"],
    [null, "it is not an object"],
    [{ ...good, event: "x" }, '"event" is not call, begin or end'],
    [{ ...good, seq: "1" }, '"seq" is not a number'],
    [{ ...good, pid: null }, '"pid" is not a number'],
    [{ ...good, start: "soon" }, '"start" is not a number'],
    [{ ...good, micros: undefined }, '"micros" is not a number'],
    [{ ...good, name: 1 }, '"name" is not a string'],
    [{ ...good, args: [] }, '"args" is not an object'],
    [{ ...good, args: { a: true } }, 'argument "a" is of an unknown kind'],
    [
      { ...good, args: { a: { bytes: 1, values: [null] } } },
      'argument "a" is of an unknown kind',
    ],
    [{ ...good, object: 1 }, '"object" is not a string'],
    [
      { ...good, action: "eat" },
      '"action" is not create, open, write, read, wait, close',
    ],
    [{ ...good, result: {} }, '"result" is neither a number nor a string'],
    [{ ...good, lastError: 5 }, '"lastError" is not an error'],
    [{ ...good, completed: [{}] }, '"completed" is not a list of operations'],
  ];
  const lines = wrong.map(([line]) =>
    typeof line === "string" ? line : JSON.stringify(line)
  );
  const text = [JSON.stringify(good), "", ...lines].join("\r\n");
  const { records, bad } = readTrace("a.jsonl", text);
  assertEquals(records, [good]);
  assertEquals(
    bad,
    wrong.map(([, reason], at) => ({ file: "a.jsonl", line: at + 3, reason })),
  );
});

Deno.test("diagramOf() puts the calls of processes in order, and the object between them", () => {
  const pipe = { object: PIPE, mechanism: "pipe" };
  const diagram = diagramOf([
    call(300, { ...pipe, pid: 2, action: "write", name: "WriteFile" }),
    call(0, { ...pipe, action: "create", name: "CreateNamedPipeW" }),
    call(200, { ...pipe, pid: 2, action: "open", object: PIPE.toUpperCase() }),
    call(250, { ...pipe, action: "read", name: "ReadFile", micros: 100 }),
    call(50, { name: "HeapAlloc" }),
  ]);
  assertEquals(story(diagram), [
    `1 create ${PIPE} @0 whole 0`,
    "1 undefined undefined @50 whole 1",
    `2 open ${PIPE.toUpperCase()} @200 whole 2`,
    `2 write ${PIPE} @300 whole 4`,
    // What it reads is there when it returns.
    `1 read ${PIPE} @350 whole 3`,
  ]);
  assertEquals(
    diagram.lanes.map(({ kind, label }) => `${kind} ${label}`),
    ["process process 1", `object ${PIPE}`, "process process 2"],
  );
});

Deno.test("diagramOf() shows an operation in the background when it is begun and done", () => {
  const pipe = { object: PIPE, mechanism: "pipe" };
  const read = call(0, {
    ...pipe,
    action: "read",
    name: "ReadFile",
    pending: true,
  });
  const diagram = diagramOf([
    read,
    call(50, {
      name: "GetQueuedCompletionStatusEx",
      completed: [{
        ...pipe,
        overlapped: "0x1",
        bytes: 5,
        of: read.seq,
        action: "read",
      }],
    }),
  ]);
  const [asked, , done] = diagram.rows;
  assertEquals([asked!.phase, asked!.at, asked!.name], [
    "asked",
    0,
    "ReadFile",
  ]);
  assertEquals(
    [done!.phase, done!.at, done!.name, done!.moved],
    ["done", 60, "ReadFile", 5],
  );
});

Deno.test("diagramOf() joins begin and end, and what never ended stays", () => {
  const wait = {
    object: "event",
    action: "wait",
    name: "WaitForSingleObject",
  } as const;
  const end = call(0, { ...wait, event: "end", micros: 500 });
  const { micros: _, ...begin } = end;
  const { micros: __, ...lost } = call(100, { ...wait, event: "begin" });
  const diagram = diagramOf([{ ...begin, event: "begin" }, lost, end]);
  assertEquals(diagram.calls.length, 2);
  assertEquals(diagram.rows.map(({ phase, at }) => [phase, at]), [
    ["asked", 0],
    ["done", 500],
  ]);
  assertEquals(diagram.rows[0]!.calls, [0, 1]);
});

Deno.test("diagramOf() calls windows by their titles, and leaves out the one that wakes", () => {
  const create = (result: string, title: string, className: string) =>
    call(0, {
      name: "CreateWindowExW",
      action: "create",
      object: `window ${result}`,
      result,
      args: { lpWindowName: { text: title }, lpClassName: { text: className } },
    });
  const diagram = diagramOf([
    create("0x10", "", "winipc.control"),
    create("0x12", "Client", "winipc"),
    call(9, {
      pid: 2,
      name: "PostMessageW",
      action: "write",
      object: "window 0x10",
    }),
    call(10, {
      pid: 2,
      name: "SendMessageTimeoutW",
      action: "write",
      object: "window 0x12",
      mechanism: "message",
    }),
  ]);
  assertEquals(
    diagram.rows.flatMap(({ objectAction }) =>
      objectAction ? [[objectAction.label, objectAction.mechanism]] : []
    ),
    [['window "Client"', "message"], ['window "Client"', "message"]],
  );
});

Deno.test("diagramOf() knows what a child has inherited", () => {
  const diagram = diagramOf([
    call(0, {
      name: "CreateNamedPipeW",
      action: "create",
      object: PIPE,
      result: "0x88",
    }),
    call(1, { name: "CreateProcessW", action: "create", object: "process 2" }),
    call(2, {
      pid: 2,
      name: "ReadFile",
      action: "read",
      args: { hFile: "0x88" },
    }),
    call(3, {
      pid: 2,
      name: "ReadFile",
      action: "read",
      args: { hFile: "0x99" },
    }),
  ]);
  const child = diagram.rows.filter(({ pid }) => pid === 2);
  // What is read is there at the end, 10 µs later.
  assertEquals(child.map(({ objectAction }) => objectAction?.label), [
    undefined,
    PIPE,
  ]);
});

Deno.test("diagramOf() shows what is done again and again once", () => {
  const pipe = { object: PIPE, mechanism: "pipe" };
  const create = {
    ...pipe,
    action: "create",
    name: "CreateNamedPipeW",
  } as const;
  const wait = {
    ...pipe,
    action: "wait",
    name: "ConnectNamedPipe",
    pending: true,
  } as const;
  const open = { ...pipe, action: "open", pid: 2 } as const;
  const diagram = diagramOf([
    ...[0, 1, 2].flatMap((
      at,
    ) => [call(10 * at, create), call(10 * at + 5, wait)]),
    call(40, open),
    call(50, create),
  ]);
  assertEquals(
    diagram.rows.map((
      { objectAction, calls },
    ) => [objectAction?.action, calls]),
    [
      ["create", [0, 2, 4]],
      ["wait", [1, 3, 5]],
      ["open", [6]],
      ["create", [7]],
    ],
  );
});

Deno.test("pageOf() shows names as text, whatever they are", () => {
  const name = '</script><img src=x onerror="alert(1)">';
  const page = pageOf(
    diagramOf([call(0, { object: name, action: "open", mechanism: '"><b>' })]),
    { files: ["<a>.jsonl"], left: 0 },
  );
  assert(!page.includes("<img"));
  assert(!page.includes('<b>"'));
  assertStringIncludes(page, "<title>Trace: &lt;a&gt;.jsonl</title>");
  assertEquals(page.match(/<\/script>/g)?.length, 2);
});
