/**
 * How a trace of ours gets the calls of a child of ours: on its stderr. Two
 * processes that wrote to one file would not everywhere write behind each other.
 *
 * @module
 */
import type { Common } from "../arguments/global_options.ts";

let receive: (line: string) => void = () => {};

/** The option that makes a child of ours tell its calls on stderr. */
export function traceFlags({ trace }: Common): string[] {
  if (trace === undefined) return [];
  return [trace === "" ? "--trace" : "--trace=-"];
}

/** Calls `next` with each line that a child of ours has told. */
export function onChildTrace(next: (line: string) => void): void {
  receive = next;
}

/** Passes on a line of a child's stderr, where it tells a call. */
export function takeChildTrace(line: string): void {
  if (line.startsWith("trace: ") || line.startsWith('{"event":')) receive(line);
}
