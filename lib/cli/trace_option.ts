import { type Trace, trace } from "../trace/mod.ts";

/** What stands before a file that is added to. */
const ADD = "+";

/** Begins the trace that `--trace` asks for. */
export function startTrace(place: string): Trace {
  if (place === "") return trace();
  const append = place.startsWith(ADD);
  return trace({ file: append ? place.slice(ADD.length) : place, append });
}
