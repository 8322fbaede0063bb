/**
 * A traced call as a line of text.
 *
 * @module
 */

import type { TraceArgument, TraceRecord } from "../win32/trace/record.ts";

/** Numbers from here on are probably flags, addresses or codes, not counts. */
const LARGE = 0x1_0000;

/**
 * `1234 main +1.234 ms pipe CreateFileW(lpFileName="…", …) = 0x1a4, 35.2 µs`; the
 * time counts from `since`, in µs since 1970.
 */
export function traceLine(record: TraceRecord, since: number): string {
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
export function argumentText(value: TraceArgument): string {
  if (value === null) return "NULL";
  if (typeof value === "string") return value;
  if (typeof value === "number") return numberText(value);
  if ("text" in value) return `"${oneLine(value.text)}"`;
  const size = `[${value.bytes} bytes]`;
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
    ...moved === undefined ? [] : [`${moved} bytes`],
    ...(record.completed ?? []).map(({ action, object, bytes }) =>
      `done: ${action ?? "?"} ${oneLine(object ?? "?")} ${bytes} bytes`
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
