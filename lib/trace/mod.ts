/**
 * Traces: every native call of the program, with its named arguments, its
 * result, its error and its duration.
 *
 * @module
 */

import { counted } from "../io/format.ts";
import { addSink, type Sink } from "../win32/trace/sinks.ts";
import type { TraceArgument, TraceRecord } from "../win32/trace/record.ts";

export type {
  TraceAction,
  TraceArgument,
  TraceCompletion,
  TraceRecord,
} from "../win32/trace/record.ts";

/** The output of a trace: one of these; by default text on stderr. */
export interface TraceOptions {
  /** Called for each call. Its own calls are not traced. */
  sink?: ((record: TraceRecord) => void) | undefined;
  /**
   * A file, which is overwritten and gets each call as one JSON object a line,
   * as soon as it has returned. `winipc trace view` shows the files of several
   * processes together. Needs `--allow-write`.
   */
  file?: string | URL | undefined;
  /** Called with each call as a line of text, without its line end. */
  write?: ((line: string) => void) | undefined;
}

/**
 * A running trace.
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

  /** Ends the trace. Safe to call twice. */
  stop(): void {
    this.#end();
  }

  /** Ends the trace, like {@linkcode Trace.stop}. */
  [Symbol.dispose](): void {
    this.stop();
  }
}

/**
 * Traces every native call of this isolate from now on, and of its window
 * thread if that starts later. Several traces may run at the same time, each
 * with its own output. Other Workers are not traced: call it there.
 *
 * Each call is a {@linkcode TraceRecord}. Traces record sizes, never data; they
 * do contain names, paths and command lines. Access to memory through a
 * zero-copy view makes no calls, so a trace cannot show it.
 *
 * Without a trace, the functions are Deno's own, without a wrapper. A traced
 * call takes some microseconds more, plus the time of its sink; `micros` counts
 * neither. Code that has run with a trace stays some 0.1 µs slower for each
 * call, even after the trace has ended.
 *
 * @throws {TypeError} for more than one output
 * @throws {Deno.errors.NotCapable} without the permission to write the file
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

/** Numbers from here on are probably flags, addresses or codes, not counts. */
const LARGE = 0x1_0000;

/**
 * `1234 main +1.234 ms pipe CreateFileW(lpFileName="…", …) = 0x1a4, 35.2 µs`; the
 * time counts from `since`, in µs since 1970.
 */
function traceLine(record: TraceRecord, since: number): string {
  const { pid, thread, start, mechanism, name, args } = record;
  const at = record.event === "end" ? start + (record.micros ?? 0) : start;
  const time = ((at - since) / 1000).toFixed(3);
  const list = Object.entries(args).map(([name, value]) =>
    `${name}=${argumentText(value)}`
  );
  const head = `${pid} ${thread} +${time} ms ${mechanism ?? "-"} `;
  return `${head}${name}(${list.join(", ")})${outcomeText(record)}${
    objectText(record)
  }`;
}

/** Formats an argument for people. */
function argumentText(value: TraceArgument): string {
  if (value === null) return "NULL";
  if (typeof value === "string") return value;
  if (typeof value === "number") return numberText(value);
  if ("text" in value) return `"${oneLine(value.text)}"`;
  const size = `[${counted(value.bytes, "byte")}]`;
  return value.values === undefined
    ? size
    : `${size}{${value.values.map(argumentText).join(", ")}}`;
}

function outcomeText(record: TraceRecord): string {
  const { event, result, failed, pending, lastError, micros, moved, dropped } =
    record;
  if (event === "begin") return " …";
  const parts = [
    ...result === undefined ? [] : [argumentText(result)],
    ...failed || pending || isNews(record) ? [errorText(lastError)] : [],
    ...dropped ? ["dropped without close()"] : [],
    ...moved === undefined ? [] : [counted(moved, "byte")],
    ...(record.completed ?? []).map(({ action, object, bytes }) =>
      `done: ${action ?? "?"} ${oneLine(object ?? "?")} ${
        counted(bytes, "byte")
      }`
    ),
    `${micros} µs`,
  ].filter((part) => part !== "");
  return ` ${event === "end" ? "… " : ""}= ${parts.join(", ")}`;
}

/** The object, unless an argument has its name. */
function objectText({ object, args }: TraceRecord): string {
  const named = Object.values(args).some((value) =>
    value !== null && typeof value === "object" && "text" in value &&
    value.text === object
  );
  return object === undefined || named ? "" : ` on ${oneLine(object)}`;
}

const ERROR_ALREADY_EXISTS = 183;

/** Whether the error of a successful call has a meaning. */
function isNews({ action, lastError }: TraceRecord): boolean {
  return action === "create" && lastError?.code === ERROR_ALREADY_EXISTS;
}

function errorText(error: TraceRecord["lastError"]): string {
  return error === undefined ? "failed" : `${error.symbol} (${error.code})`;
}

function numberText(value: number): string {
  return value >= LARGE ? `0x${value.toString(16)}` : String(value);
}

function oneLine(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/[\0-\x1f\x7f]/g, (control) => {
    return `\\x${control.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
}
