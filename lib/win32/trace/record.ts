/**
 * The records of a trace.
 *
 * @module
 */

/**
 * The effect of a call on an object that processes share. Other calls, such as
 * one that allocates memory, have none.
 */
export type TraceAction =
  | "create"
  | "open"
  | "write"
  | "read"
  | "wait"
  | "close";

/**
 * An argument in a trace: numbers unchanged, handles and addresses as hex text
 * (`"0x1a4"`), wide strings as their text, other memory only by its size, with
 * its numbers after the call if they are few. `null` is a null pointer.
 */
export type TraceArgument =
  | number
  | string
  | null
  | { readonly text: string }
  | { readonly bytes: number; readonly values?: readonly (number | string)[] };

/**
 * An operation that an earlier call started, and that this call reports as
 * completed.
 */
export interface TraceCompletion {
  /** The address of its `OVERLAPPED`, which identifies the call that started it. */
  readonly overlapped: string;
  /** How many bytes it has moved. */
  readonly bytes: number;
  /** The `seq` of the call that started it. */
  readonly of?: number;
  /** Its effect. */
  readonly action?: TraceAction;
  /** Its object. */
  readonly object?: string;
  /** The mechanism of its object. */
  readonly mechanism?: string;
}

/** One native call, or one end of it: a line of a trace file. */
export interface TraceRecord {
  /**
   * `"call"`: a call that has returned. `"begin"` and `"end"` mark a call that
   * lasts, because it runs on another thread or contains other calls.
   */
  readonly event: "call" | "begin" | "end";
  /** Counts the calls of a thread, in the order of their start. */
  readonly seq: number;
  /** The process id. */
  readonly pid: number;
  /** The thread: `"main"`, `"window"` (that of the program's windows), or `"worker"`. */
  readonly thread: string;
  /** The start time, to the microsecond: `2026-01-31T12:00:00.123456Z`. */
  readonly at: string;
  /** The start time in microseconds since 1970. */
  readonly start: number;
  /** The duration in microseconds. Absent for `"begin"`. */
  readonly micros?: number;
  /** The file that contains the function, such as `kernel32.dll`. */
  readonly dll: string;
  /** Windows' name of the function. */
  readonly name: string;
  /** The arguments by Windows' names. */
  readonly args: Readonly<Record<string, TraceArgument>>;
  /**
   * The result: handles and addresses as hex text. Absent for `"begin"` and for
   * functions without a result.
   */
  readonly result?: number | string;
  /** Whether the result is a failure. Absent for `"begin"`. */
  readonly failed?: boolean;
  /**
   * Whether it continues in the background (`ERROR_IO_PENDING`), which is not a
   * failure.
   */
  readonly pending?: true;
  /**
   * The thread's last error after the call, which has a meaning if the call
   * failed. Absent for `"begin"`, and for calls that ran on another thread.
   */
  readonly lastError?: { readonly code: number; readonly symbol: string };
  /** Its effect on an object. */
  readonly action?: TraceAction;
  /** The object: a name, a path, `window 0x10052`, `process 1234`, `the clipboard`. */
  readonly object?: string;
  /** The mechanism of winipc that caused it, such as `"pipe"`, if it is known. */
  readonly mechanism?: string;
  /** It cleans up an object that was garbage collected without `close()`. */
  readonly dropped?: true;
  /** How many bytes it has moved, if it is known. */
  readonly moved?: number;
  /** The operations that it reports as completed. */
  readonly completed?: readonly TraceCompletion[];
}

/** The subject of a call. */
export interface Subject {
  readonly action?: TraceAction | undefined;
  readonly object?: TraceObject | undefined;
}

/** An object that processes share. */
export interface TraceObject {
  readonly name: string;
  readonly mechanism?: string | undefined;
}
