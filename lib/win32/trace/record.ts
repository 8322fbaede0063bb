/**
 * What a trace tells of a native call.
 *
 * @module
 */

/**
 * What a call does to an object that processes share. Calls that do nothing of
 * the kind, such as one that allocates memory, have none.
 */
export type TraceAction =
  | "create"
  | "open"
  | "write"
  | "read"
  | "wait"
  | "close";

/**
 * An argument as a trace shows it: numbers as they are, handles and addresses
 * as hex text (`"0x1a4"`), wide strings as their text, other memory by its size
 * alone, with the numbers that stand in it after the call where there are few.
 * `null` is a null pointer.
 */
export type TraceArgument =
  | number
  | string
  | null
  | { readonly text: string }
  | { readonly bytes: number; readonly values?: readonly (number | string)[] };

/** An operation that was begun by an earlier call, and that this call reports as done. */
export interface TraceCompletion {
  /** The address of its `OVERLAPPED`, by which the call that began it is known. */
  readonly overlapped: string;
  /** How many bytes it has moved. */
  readonly bytes: number;
  /** The `seq` of the call that began it. */
  readonly of?: number;
  /** What it did. */
  readonly action?: TraceAction;
  /** To what. */
  readonly object?: string;
  /** The mechanism of that. */
  readonly mechanism?: string;
}

/** One native call, or one end of it: a line of a trace file. */
export interface TraceRecord {
  /**
   * `"call"`: a call that has returned. `"begin"` and `"end"` stand for a call
   * that lasts, because it runs on another thread or because other calls
   * happen within it.
   */
  readonly event: "call" | "begin" | "end";
  /** Counts the calls of a thread, in the order in which they begin. */
  readonly seq: number;
  /** The process. */
  readonly pid: number;
  /** The thread: `"main"`, `"window"` (that of the program's windows), or `"worker"`. */
  readonly thread: string;
  /** When it began, to the microsecond: `2026-01-31T12:00:00.123456Z`. */
  readonly at: string;
  /** The same in microseconds since 1970. */
  readonly start: number;
  /** How long it took, in microseconds. Not with `"begin"`. */
  readonly micros?: number;
  /** The file that has the function, such as `kernel32.dll`. */
  readonly dll: string;
  /** The function, by Windows' own name. */
  readonly name: string;
  /** The arguments by Windows' own names. */
  readonly args: Readonly<Record<string, TraceArgument>>;
  /** What it returned: handles and addresses as hex text. Not with `"begin"`, and where it returns nothing. */
  readonly result?: number | string;
  /** Whether that is a failure. Not with `"begin"`. */
  readonly failed?: boolean;
  /** Whether it goes on in the background (`ERROR_IO_PENDING`), which is no failure. */
  readonly pending?: true;
  /**
   * The thread's last error after the call, which means something where the
   * call failed. Not with `"begin"`, nor where the call ran on another thread.
   */
  readonly lastError?: { readonly code: number; readonly symbol: string };
  /** What it did to an object. */
  readonly action?: TraceAction;
  /** The object: a name, a path, `window 0x10052`, `process 1234`, `the clipboard`. */
  readonly object?: string;
  /** The mechanism of winipc that has caused it, such as `"pipe"`, where that is known. */
  readonly mechanism?: string;
  /** It lets go of an object that nobody closed, and that the garbage collector has taken. */
  readonly dropped?: true;
  /** How many bytes it has moved, where that is known. */
  readonly moved?: number;
  /** The operations that it reports as done. */
  readonly completed?: readonly TraceCompletion[];
}

/** What a call is about. */
export interface Subject {
  readonly action?: TraceAction | undefined;
  readonly object?: TraceObject | undefined;
}

/** An object that processes share. */
export interface TraceObject {
  readonly name: string;
  readonly mechanism?: string | undefined;
}
