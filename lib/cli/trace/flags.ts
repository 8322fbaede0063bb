/**
 * How a trace gets the calls of a child: on its stderr. Two processes that
 * write to one file might not append on all systems.
 *
 * @module
 */
import type { GlobalOptions } from "../arguments/global_options.ts";

let receive: (line: string) => void = () => {};

/** The option that makes a child print its calls on stderr. */
export function traceFlags({ trace }: GlobalOptions): string[] {
  if (trace === undefined) return [];
  return [trace === "" ? "--trace" : "--trace=-"];
}

/** Calls `next` with each line of a child. */
export function onChildTrace(next: (line: string) => void): void {
  receive = next;
}

/** Passes on a line of a child's stderr if it is a call. */
export function takeChildTrace(line: string): void {
  if (line.startsWith("trace: ") || line.startsWith('{"event":')) receive(line);
}
