/**
 * Traces: every native call of the program, with its arguments by name, its
 * result, its error and its time.
 *
 * @module
 */

import { addSink, type Sink } from "../win32/trace/hub.ts";
import type { TraceRecord } from "../win32/trace/record.ts";
import { traceLine } from "./text.ts";

export type {
  TraceAction,
  TraceArgument,
  TraceCompletion,
  TraceRecord,
} from "../win32/trace/record.ts";

/** Where a trace goes: to one of these, or without any as text to stderr. */
export interface TraceOptions {
  /** Is called with each call. What it calls itself is not traced. */
  sink?: ((record: TraceRecord) => void) | undefined;
  /**
   * A file that begins anew and gets each call as one JSON object a line, as
   * soon as it has returned. `winipc trace view` shows the files of several
   * processes together. Needs `--allow-write`.
   */
  file?: string | URL | undefined;
  /** Is called with each call as a line of text, without its line end. */
  write?: ((line: string) => void) | undefined;
}

/**
 * A trace that is taken, until it is stopped.
 *
 * @example
 * ```ts
 * import { createEvent, trace } from "@winipc/winipc";
 *
 * const lines: string[] = [];
 * const running = trace({ write: (line) => lines.push(line) });
 * createEvent("job-done").close();
 * running.stop();
 * console.log(lines.length); // CreateEventW, CloseHandle
 * ```
 */
export class Trace implements Disposable {
  readonly #end: () => void;

  /** Use {@linkcode trace}. */
  constructor(end: () => void) {
    this.#end = end;
  }

  /** Ends it. Safe to call twice. */
  stop(): void {
    this.#end();
  }

  /** Ends it. */
  [Symbol.dispose](): void {
    this.stop();
  }
}

/**
 * Traces every native call of this isolate from now on, and of the thread of
 * its windows where that starts from now on. Several traces may be taken at a
 * time, each with a place of its own. Nothing is traced in other Workers: call
 * it there.
 *
 * What is told of a call is a {@linkcode TraceRecord}. Data that is read or
 * written does not stand in it, only its size; names, paths and command lines
 * do. Memory that is used through a zero-copy view is used without calls, so
 * that no trace can tell of it.
 *
 * While nobody traces, the functions are those that Deno gives, with nothing
 * before them. A traced call takes some microseconds more, and what its sink
 * takes, none of which is counted in `micros`. Code that has run traced stays
 * some 0.1 µs a call slower for V8, also when the trace has ended.
 *
 * @throws {TypeError} for more than one place at once
 * @throws {Deno.errors.NotCapable} without the right to write the file
 *
 * @example
 * ```ts
 * import { createEvent, trace } from "@winipc/winipc";
 *
 * using _trace = trace({ write: (line) => console.log(line) });
 * using _event = createEvent("job-done");
 * ```
 *
 * @example The slowest call
 * ```ts
 * import { createEvent, trace, type TraceRecord } from "@winipc/winipc";
 *
 * const calls: TraceRecord[] = [];
 * {
 *   using _trace = trace({ sink: (call) => calls.push(call) });
 *   using _event = createEvent("job-done");
 * }
 * const time = ({ micros = 0 }: TraceRecord) => micros;
 * const [slowest] = calls.toSorted((a, b) => time(b) - time(a));
 * console.log(slowest?.name, slowest?.args);
 * ```
 */
export function trace(options: TraceOptions = {}): Trace {
  const { sink, file, write } = options;
  const given = [sink, file, write].filter((place) => place !== undefined);
  if (given.length > 1) {
    throw new TypeError(
      "Invalid trace options: give one of sink, file and write",
    );
  }
  if (sink !== undefined) return new Trace(addSink(sink));
  if (file !== undefined) return toFile(file);
  return new Trace(addSink(asText(write ?? toStderr)));
}

function toFile(path: string | URL): Trace {
  const file = Deno.openSync(path, {
    create: true,
    write: true,
    truncate: true,
  });
  const end = addSink((record) => {
    writeAll(file, `${JSON.stringify(record)}\n`);
  });
  let ended = false;
  return new Trace(() => {
    if (ended) return;
    ended = true;
    end();
    file.close();
  });
}

function asText(write: (line: string) => void): Sink {
  let since: number | undefined;
  return (record) => write(traceLine(record, since ??= record.start));
}

const encoder = new TextEncoder();

function toStderr(line: string): void {
  writeAll(Deno.stderr, `trace: ${line}\n`);
}

function writeAll(
  place: { writeSync(bytes: Uint8Array): number },
  text: string,
): void {
  const bytes = encoder.encode(text);
  for (let at = 0; at < bytes.byteLength;) {
    at += place.writeSync(bytes.subarray(at));
  }
}
