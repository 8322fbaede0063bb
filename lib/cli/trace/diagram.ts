/**
 * Turns the calls of several processes into a sequence diagram: its lanes, and
 * the arrows between them in order. Pure functions.
 *
 * @module
 */
import type { TraceAction, TraceRecord } from "../../../mod.ts";
import { type Lane, lanesOf } from "./lanes.ts";
import { type ObjectAction, TracedObjects } from "./objects.ts";
import type { Row } from "./row.ts";

export interface Diagram {
  /** The calls in the order of their start. */
  readonly calls: readonly TraceRecord[];
  readonly lanes: readonly Lane[];
  readonly rows: readonly Row[];
}

/** The diagram of `records`, of any processes, in any order. */
export function diagramOf(records: readonly TraceRecord[]): Diagram {
  const calls = callsOf(records);
  const objects = new TracedObjects(calls);
  const first = calls[0]?.start ?? 0;
  const names = new Map(calls.map((call) => [placeOf(call), call.name]));
  const rows = calls.flatMap((call, index) => [
    ...ownRows(call, index, objects),
    ...completedRows(call, index, objects, names),
  ]).map((row) => ({ ...row, at: row.at - first }))
    .sort((a, b) => a.at - b.at);
  return { calls, lanes: lanesOf(rows), rows: together(rows) };
}

/** Each call once: its end contains all information of its start. */
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

/** Identifies it for later calls of the same thread. */
function placeOf({ pid, thread, seq }: TraceRecord): string {
  return `${pid} ${thread} ${seq}`;
}

function ownRows(
  call: TraceRecord,
  index: number,
  objects: TracedObjects,
): Row[] {
  const { pid, start, micros = 0, failed = false, moved } = call;
  const objectAction = objects.objectActionOf(pid, call, call);
  const end = start + micros;
  const base = {
    pid,
    name: call.name,
    objectAction,
    calls: [index],
    failed,
    moved,
  };
  if (call.pending || call.event === "begin") {
    return [{ ...base, at: start, phase: "asked" }];
  }
  if (call.event === "end" && objectAction?.action === "wait") {
    return [
      { ...base, at: start, phase: "asked", failed: false },
      { ...base, at: end, phase: "done" },
    ];
  }
  // Data of a read is there when the call returns.
  const at = objectAction?.action === "read" ? end : start;
  return [{ ...base, at, phase: "whole" }];
}

/**
 * The operations that a call completes, by the names of the calls that started
 * them.
 */
function completedRows(
  call: TraceRecord,
  index: number,
  objects: TracedObjects,
  names: ReadonlyMap<string, string>,
): Row[] {
  const { pid, start, micros = 0, completed = [] } = call;
  return completed.flatMap((completion): Row[] => {
    const objectAction = objects.objectActionOf(pid, completion);
    if (objectAction === undefined) return [];
    const place = placeOf({ ...call, seq: completion.of ?? call.seq });
    return [{
      at: start + micros,
      pid,
      name: names.get(place) ?? call.name,
      objectAction,
      phase: "done",
      calls: [index],
      failed: false,
      moved: completion.bytes,
    }];
  });
}

/** Repeated calls of a process on one object are one arrow for each function. */
const REPEATED: readonly TraceAction[] = ["create", "wait", "close"];

function together(rows: readonly Row[]): Row[] {
  const result: Row[] = [];
  let last: ObjectAction | undefined;
  let pid = 0;
  let run = new Map<string, Row>();
  for (const row of rows) {
    const { objectAction } = row;
    if (objectAction === undefined) {
      result.push(row);
      continue;
    }
    if (objectAction.key !== last?.key || pid !== row.pid) run = new Map();
    last = objectAction;
    pid = row.pid;
    const key = `${objectAction.action} ${row.name} ${row.phase} ${row.failed}`;
    const earlier = run.get(key);
    if (earlier && REPEATED.includes(objectAction.action)) {
      earlier.calls.push(...row.calls);
    } else {
      const own = { ...row, calls: [...row.calls] };
      run.set(key, own);
      result.push(own);
    }
  }
  return result;
}
