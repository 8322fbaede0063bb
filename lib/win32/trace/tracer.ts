/**
 * Wraps each native function during a trace: records the arguments, the time
 * and the result.
 *
 * The caller's last error stays the same: whatever a trace does between a call
 * and its caller, it restores the code at the end.
 *
 * @module
 */

import type { BoundFunction } from "../binding.ts";
import type { Native } from "../table.ts";
import { lastErrorCode, restoreLastError } from "../error.ts";
import { ERROR, errorSymbol } from "../error_codes.ts";
import { isGcCleanup } from "../gc_cleanup.ts";
import { argumentsOf, resultOf } from "./arguments.ts";
import { hasFailed } from "./metadata.ts";
import { keepCopy, movedBy } from "./memory.ts";
import { CallArguments } from "./call_arguments.ts";
import { fieldsOf, Objects } from "./objects.ts";
import type { Subject, TraceRecord } from "./record.ts";

/** A pending call. */
interface Call {
  readonly args: CallArguments;
  readonly seq: number;
  readonly start: number;
  subject: Subject;
  /** Whether its start has been reported. */
  beginReported: boolean;
}

/** The tracer's own calls, which it does not record. */
const OWN_CALLS = ["GetLastError", "SetLastError"];

/** The size of the numbers that lib/win32/atomic_u32.ts moves in shared memory. */
const U32_SIZE = 4;

/** The tracer of one thread. */
export class Tracer {
  readonly #thread: string;
  readonly #emit: (record: TraceRecord) => void;
  readonly #objects = new Objects();
  /**
   * Nested calls: a window procedure runs during the call that waits for
   * messages.
   */
  readonly #stack: Call[] = [];
  #seq = 0;
  #emitting = false;

  /** Passes the calls of the thread named `thread` to `emit`. */
  constructor(thread: string, emit: (record: TraceRecord) => void) {
    this.#thread = thread;
    this.#emit = emit;
  }

  /** The function to call instead of `native`. */
  wrap(native: Native, bound: BoundFunction): Native {
    keepCopy(native, bound);
    if (OWN_CALLS.includes(bound.name)) return native;
    return bound.declaration.nonblocking
      ? this.#wrapNonblocking(native, bound)
      : this.#wrapBlocking(native, bound);
  }

  #wrapBlocking(native: Native, bound: BoundFunction): Native {
    return (...values) => {
      // The calls of a sink would be traced without end.
      if (this.#emitting) return native(...values);
      const call = this.#begin(bound, values);
      this.#stack.push(call);
      let result: unknown;
      let code: number;
      let end: number;
      try {
        result = native(...values);
        code = lastErrorCode();
        end = now();
      } finally {
        this.#stack.pop();
      }
      this.#end(call, end, result, code);
      restoreLastError(code);
      return result;
    };
  }

  /** On another thread, whose last error is unknown here. */
  #wrapNonblocking(native: Native, bound: BoundFunction): Native {
    return (...values) => {
      if (this.#emitting) return native(...values);
      const call = this.#begin(bound, values);
      this.#reportBegin(call);
      return (native(...values) as Promise<unknown>).then((result) => {
        this.#end(call, now(), result);
        return result;
      });
    };
  }

  #begin(bound: BoundFunction, values: unknown[]): Call {
    const outer = this.#stack.at(-1);
    if (outer && !outer.beginReported) this.#reportBegin(outer);
    const args = new CallArguments(bound, values);
    const subject = this.#objects.subjectOf(args, outer?.args.bound.name);
    const seq = ++this.#seq;
    // Last, so that its time does not count.
    return { args, seq, subject, beginReported: false, start: now() };
  }

  #reportBegin(call: Call): void {
    call.beginReported = true;
    this.#report({ event: "begin", ...this.#head(call) });
  }

  #end(call: Call, end: number, result: unknown, code?: number): void {
    const { args, seq } = call;
    const { bound } = args;
    const unsuccessful = hasFailed(bound, result);
    const pending = unsuccessful && code === ERROR.ERROR_IO_PENDING;
    if (pending) this.#objects.begun(args, seq, call.subject);
    if (!unsuccessful) {
      call.subject = this.#objects.learn(args, result, call.subject);
    }
    const shown = resultOf(bound, result);
    const moved = pending || unsuccessful
      ? undefined
      : movedIn(args, call.subject);
    this.#report({
      event: call.beginReported ? "end" : "call",
      ...this.#head(call),
      micros: Math.round((end - call.start) * 10) / 10,
      ...shown !== undefined && { result: shown },
      failed: unsuccessful && !pending,
      ...pending && { pending },
      ...code !== undefined &&
        { lastError: { code, symbol: errorSymbol(code) } },
      ...moved !== undefined && { moved },
      ...bound.name === "GetQueuedCompletionStatusEx" && !unsuccessful &&
        { completed: this.#objects.completed(args) },
    });
  }

  #head({ args, seq, start, subject }: Call) {
    const { bound, values } = args;
    return {
      seq,
      pid: Deno.pid,
      thread: this.#thread,
      at: timeOf(start),
      start: Math.round(start * 10) / 10,
      dll: bound.dll,
      name: bound.name,
      args: argumentsOf(bound, values),
      ...fieldsOf(subject),
      ...isGcCleanup() && { dropped: true } as const,
    };
  }

  #report(record: TraceRecord): void {
    this.#emitting = true;
    try {
      this.#emit(record);
    } finally {
      this.#emitting = false;
    }
  }
}

/** How many bytes a call has moved immediately. */
function movedIn(args: CallArguments, { action }: Subject): number | undefined {
  switch (args.bound.name) {
    case "ReadFile":
    case "TransactNamedPipe":
    case "WriteFile": {
      const overlapped = args.number("lpOverlapped");
      if (overlapped !== 0n) return movedBy(overlapped);
      const count = args.get("lpNumberOfBytesWritten");
      return count instanceof Uint32Array ? count[0] : undefined;
    }
    case "RtlMoveMemory":
      return Number(args.number("Length"));
    case "ReadProcessMemory":
      return Number(args.number("nSize"));
    case "GetOverlappedResult":
      return action === undefined ? undefined : U32_SIZE;
  }
  return undefined;
}

/** Microseconds since 1970. */
function now(): number {
  return (performance.timeOrigin + performance.now()) * 1000;
}

function timeOf(micros: number): string {
  const text = new Date(Math.floor(micros / 1000)).toISOString();
  const below = String(Math.floor(micros) % 1000).padStart(3, "0");
  return text.replace("Z", `${below}Z`);
}
