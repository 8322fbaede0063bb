/**
 * The lanes of a sequence diagram: processes with common objects are side by
 * side, with the objects between them. Pure functions.
 *
 * @module
 */
import type { Row } from "./row.ts";

/** A process or an object. */
export interface Lane {
  readonly kind: "process" | "object";
  /** Its key in rows: `pid 1234`, or the key of the object. */
  readonly key: string;
  readonly label: string;
  /** For an object. */
  readonly mechanism: string | undefined;
}

interface Cluster {
  readonly pids: number[];
  readonly objects: Lane[];
}

export function processKey(pid: number): string {
  return `pid ${pid}`;
}

/** The lanes from left to right. */
export function lanesOf(rows: readonly Row[]): Lane[] {
  const objects = new Map<string, { lane: Lane; pids: Set<number> }>();
  for (const { pid, objectAction } of rows) {
    if (objectAction === undefined) continue;
    const { key, label, mechanism } = objectAction;
    const known = objects.get(key) ?? {
      lane: { kind: "object", key, label, mechanism },
      pids: new Set(),
    };
    known.pids.add(pid);
    objects.set(key, known);
  }
  const clusters = new Set<Cluster>();
  const order = [...new Set(rows.map(({ pid }) => pid))];
  for (const pid of order) clusters.add({ pids: [pid], objects: [] });
  for (const { lane, pids } of objects.values()) {
    const touched = [...clusters].filter((cluster) =>
      cluster.pids.some((pid) => pids.has(pid))
    );
    const merged = {
      pids: touched.flatMap((cluster) => cluster.pids),
      objects: [...touched.flatMap((cluster) => cluster.objects), lane],
    };
    for (const cluster of touched) clusters.delete(cluster);
    clusters.add(merged);
  }
  return [...clusters]
    .map(({ pids, objects }) => ({
      pids: order.filter((pid) => pids.includes(pid)),
      objects,
    }))
    .sort((a, b) => order.indexOf(a.pids[0]!) - order.indexOf(b.pids[0]!))
    .flatMap(({ pids, objects }) => {
      const left = Math.ceil(pids.length / 2);
      return [
        ...pids.slice(0, left).map(processLane),
        ...objects,
        ...pids.slice(left).map(processLane),
      ];
    });
}

function processLane(pid: number): Lane {
  return {
    kind: "process",
    key: processKey(pid),
    label: `process ${pid}`,
    mechanism: undefined,
  };
}
