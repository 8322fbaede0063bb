import { trace } from "../../trace/mod.ts";
import { writeLine } from "../environment.ts";
import { onChildTrace } from "./flags.ts";

/** Means stderr, in the option for a child. */
const JSON_ON_STDERR = "-";

/** Starts the trace of `--trace`. The calls of children go there too. */
export function startTrace(file: string): Disposable {
  if (file === "") {
    onChildTrace((line) => writeLine(Deno.stderr, line));
    return trace();
  }
  const stack = new DisposableStack();
  const options = { create: true, write: true, truncate: true };
  const output = file === JSON_ON_STDERR
    ? Deno.stderr
    : stack.use(Deno.openSync(file, options));
  const write = (line: string) => writeLine(output, line);
  onChildTrace(write);
  stack.use(trace({ sink: (record) => write(JSON.stringify(record)) }));
  return stack;
}
