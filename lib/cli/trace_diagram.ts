/**
 * From the calls of several processes to a sequence diagram: its lanes, and
 * what happens between them in order. Pure.
 *
 * @module
 */
import type { TraceAction, TraceRecord } from "../../mod.ts";
import { type Lane, lanesOf } from "./trace_lanes.ts";
import { type Deed, TracedObjects } from "./trace_objects.ts";

/** An arrow between a process and an object, or a call that concerns none. */
export interface Row {
  /** µs since the first call. */
  readonly at: number;
  readonly pid: number;
  /** Undefined for a call without an object. */
  readonly deed: Deed | undefined;
  /** A call that lasts has two rows: what it asks for, and what comes of it. */
  readonly phase: "whole" | "asked" | "done";
  /** Which of the calls; several where the same is done again and again. */
  readonly calls: number[];
  readonly failed: boolean;
  /** How many bytes it has moved, where that is known. */
  readonly moved: number | undefined;
}

/** A sequence diagram. */
export interface Diagram {
  /** The calls in the order of their beginnings. */
  readonly calls: readonly TraceRecord[];
  readonly lanes: readonly Lane[];
  readonly rows: readonly Row[];
}

/** The diagram of what `records` tell, of whatever processes, in any order. */
export function diagramOf(records: readonly TraceRecord[]): Diagram {
  const calls = callsOf(records);
  const objects = new TracedObjects(calls);
  const first = calls[0]?.start ?? 0;
  const rows = calls.flatMap((call, index) =>
    rowsOf(call, index, objects).map((row) => ({ ...row, at: row.at - first }))
  ).sort((a, b) => a.at - b.at);
  return { calls, lanes: lanesOf(rows), rows: together(rows, calls) };
}

/** Each call once: its end has all that its beginning told. */
function callsOf(records: readonly TraceRecord[]): TraceRecord[] {
  const ended = new Set(
    records.filter(({ event }) => event === "end").map(identity),
  );
  return records
    .filter((record) =>
      record.event !== "begin" || !ended.has(identity(record))
    )
    .toSorted((a, b) => a.start - b.start || a.seq - b.seq);
}

function identity({ pid, thread, seq, start }: TraceRecord): string {
  return `${pid} ${thread} ${seq} ${start}`;
}

function rowsOf(
  call: TraceRecord,
  index: number,
  objects: TracedObjects,
): Row[] {
  const { pid, start, micros = 0, failed = false, moved } = call;
  const deed = objects.deedOf(pid, call, call);
  const end = start + micros;
  const base = { pid, deed, calls: [index], failed, moved };
  const rows: Row[] = [];
  if (call.pending || call.event === "begin") {
    rows.push({ ...base, at: start, phase: "asked" });
  } else if (call.event === "end" && deed?.action === "wait") {
    rows.push({ ...base, at: start, phase: "asked", failed: false });
    rows.push({ ...base, at: end, phase: "done" });
  } else {
    // What is read is there when the call returns.
    const at = deed?.action === "read" ? end : start;
    rows.push({ ...base, at, phase: "whole" });
  }
  for (const completion of call.completed ?? []) {
    const done = objects.deedOf(pid, completion);
    if (done === undefined) continue;
    rows.push({
      at: end,
      pid,
      deed: done,
      phase: "done",
      calls: [index],
      failed: false,
      moved: completion.bytes,
    });
  }
  return rows;
}

/** What a process does to one object without anybody between is told once for each function. */
const REPEATED: readonly TraceAction[] = ["create", "wait", "close"];

function together(
  rows: readonly Row[],
  calls: readonly TraceRecord[],
): Row[] {
  const result: Row[] = [];
  let last: Deed | undefined;
  let pid = 0;
  let run = new Map<string, Row>();
  for (const row of rows) {
    const { deed } = row;
    if (deed === undefined) {
      result.push(row);
      continue;
    }
    if (deed.key !== last?.key || pid !== row.pid) run = new Map();
    last = deed;
    pid = row.pid;
    const { name } = calls[row.calls[0]!]!;
    const key = `${deed.action} ${name} ${row.phase} ${row.failed}`;
    const earlier = run.get(key);
    if (earlier && REPEATED.includes(deed.action)) {
      earlier.calls.push(...row.calls);
    } else {
      const own = { ...row, calls: [...row.calls] };
      run.set(key, own);
      result.push(own);
    }
  }
  return result;
}
