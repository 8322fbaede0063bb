/**
 * Reads the lines of trace files, which may contain anything. Pure functions.
 *
 * @module
 */
import type { TraceRecord } from "../../../mod.ts";

/** A line that is not a call. */
export interface BadLine {
  readonly file: string;
  /** Starting from 1. */
  readonly line: number;
  readonly reason: string;
}

export interface ReadTrace {
  readonly records: TraceRecord[];
  readonly bad: BadLine[];
}

/** The calls in the `text` of a trace `file`. Empty lines are skipped. */
export function readTrace(file: string, text: string): ReadTrace {
  const records: TraceRecord[] = [];
  const bad: BadLine[] = [];
  // A file written by another program may begin with a BOM.
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/);
  for (const [at, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const value = parsed(line);
    const reason = value === undefined ? "it is not JSON" : faultOf(value);
    if (reason !== undefined) bad.push({ file, line: at + 1, reason });
    else records.push(value as unknown as TraceRecord);
  }
  return { records, bad };
}

type Fields = Readonly<Record<string, unknown>>;

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

const EVENTS: readonly unknown[] = ["call", "begin", "end"];
const ACTIONS: readonly unknown[] = [
  "create",
  "open",
  "write",
  "read",
  "wait",
  "close",
];

/** The fault of a line, in words; undefined if it is valid. */
function faultOf(value: unknown): string | undefined {
  if (!isFields(value)) return "it is not an object";
  const { event, seq, pid, start, micros, args } = value;
  if (!EVENTS.includes(event)) return '"event" is not call, begin or end';
  if (!isNumber(seq)) return '"seq" is not a number';
  if (!isNumber(pid)) return '"pid" is not a number';
  if (!isNumber(start)) return '"start" is not a number';
  if (event !== "begin" && !isNumber(micros)) return '"micros" is not a number';
  const text = ["thread", "name", "dll", "at"]
    .find((name) => typeof value[name] !== "string");
  if (text !== undefined) return `"${text}" is not a string`;
  if (!isFields(args)) return '"args" is not an object';
  const argument = Object.entries(args).find(([, given]) => !isArgument(given));
  if (argument !== undefined) {
    return `argument "${argument[0]}" is of an unknown kind`;
  }
  return optionalFault(value);
}

function optionalFault(value: Fields): string | undefined {
  const { result, lastError, action, completed } = value;
  for (const name of ["object", "mechanism"]) {
    if (!isOptional(value[name], isText)) return `"${name}" is not a string`;
  }
  if (!isOptional(value.moved, isNumber)) return '"moved" is not a number';
  if (!isOptional(result, (given) => isNumber(given) || isText(given))) {
    return '"result" is neither a number nor a string';
  }
  if (action !== undefined && !ACTIONS.includes(action)) {
    return `"action" is not ${ACTIONS.join(", ")}`;
  }
  if (!isOptional(lastError, isError)) return '"lastError" is not an error';
  if (completed === undefined) return undefined;
  return Array.isArray(completed) && completed.every(isCompletion)
    ? undefined
    : '"completed" is not a list of operations';
}

function isArgument(value: unknown): boolean {
  if (value === null || isNumber(value) || isText(value)) return true;
  if (!isFields(value)) return false;
  if (isText(value.text)) return true;
  const { bytes, values = [] } = value;
  return isNumber(bytes) && Array.isArray(values) &&
    values.every((each) => isNumber(each) || isText(each));
}

function isError(value: unknown): boolean {
  return isFields(value) && isNumber(value.code) && isText(value.symbol);
}

function isCompletion(value: unknown): boolean {
  return isFields(value) && isNumber(value.bytes) &&
    isText(value.overlapped) && isOptional(value.object, isText) &&
    isOptional(value.mechanism, isText) && isOptional(value.of, isNumber) &&
    isOptional(value.action, (action) => ACTIONS.includes(action));
}

function isOptional(
  value: unknown,
  is: (value: unknown) => boolean,
): boolean {
  return value === undefined || is(value);
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isNumber(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value);
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}
