import type { Common } from "./common.ts";

/** What stands before each line of a trace on stderr. */
export const TRACE_PREFIX = "trace: ";

/** The option that lets a child of ours add its trace to our own. */
export function traceFlags({ trace }: Common): string[] {
  if (trace === undefined) return [];
  if (trace === "") return ["--trace"];
  return [`--trace=${trace.startsWith("+") ? trace : `+${trace}`}`];
}
