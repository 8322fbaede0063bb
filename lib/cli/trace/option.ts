import { trace } from "../../trace/mod.ts";
import { writeLine } from "../environment.ts";
import { onChildTrace } from "./flags.ts";

/** Means stderr, in the option for a child. */
const JSON_ON_STDERR = "-";

/** Starts the trace of `--trace`. The calls of children go there too. */
export function startTrace(place: string): Disposable {
  if (place === "") {
    onChildTrace(toStderr);
    return trace();
  }
  if (place === JSON_ON_STDERR) {
    onChildTrace(toStderr);
    return trace({ sink: (record) => toStderr(JSON.stringify(record)) });
  }
  const file = Deno.openSync(place, {
    create: true,
    write: true,
    truncate: true,
  });
  const write = (line: string) => writeLine(file, line);
  onChildTrace(write);
  const stack = new DisposableStack();
  stack.use(file);
  stack.use(trace({ sink: (record) => write(JSON.stringify(record)) }));
  return stack;
}

function toStderr(line: string): void {
  writeLine(Deno.stderr, line);
}
