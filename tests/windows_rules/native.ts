/**
 * What rules are made of: the last error, violations, and functions that are
 * not under the rules themselves.
 *
 * @module
 */

import { alsoBind, foreign } from "../../lib/win32/binding.ts";
import {
  fn,
  type Functions,
  type Native,
  type Table,
} from "../../lib/win32/table.ts";
import { systemLibrary } from "../../lib/win32/load.ts";

const LAST_ERROR = {
  GetLastError: fn("(): u32"),
  SetLastError: fn("(dwErrCode: u32): void"),
} as const satisfies Table;

const lastErrorNatives = natives("kernel32.dll", LAST_ERROR);

/**
 * The functions of `table` as Windows gives them, with no rule around them. The
 * function returned gives undefined where the program may not open `dll`.
 */
export function natives<const T extends Table>(
  dll: string,
  table: T,
): () => Functions<T> | undefined {
  let bound: Functions<T> | undefined;
  const path = systemLibrary(dll);
  const bind = () => {
    if (bound !== undefined) return bound;
    if (Deno.build.os !== "windows") return undefined;
    const query = { name: "ffi", path } as const;
    if (Deno.permissions.querySync(query).state !== "granted") return undefined;
    const { symbols } = Deno.dlopen(path, foreign(table));
    return bound = symbols as unknown as Functions<T>;
  };
  alsoBind(() => void bind());
  return bind;
}

// Binding changes what GetLastError is asked for, and so would its first call.
alsoBind(() => void lastErrorNatives()?.GetLastError());

let prepared = false;

/** Binds what tells the last error, before a call after which a rule asks for it. */
export function prepareLastError(): void {
  if (prepared) return;
  prepared = lastErrorNatives()?.GetLastError() !== undefined;
}

/** The calling thread's last error. */
export function getLastError(): number {
  return lastErrorNatives()?.GetLastError() ?? 0;
}

/** Makes `code` the calling thread's last error. */
export function setLastError(code: number): void {
  spoken = code;
  lastErrorNatives()?.SetLastError(code);
}

/** The last error of the call that the rules are around. */
let spoken = 0;

/**
 * Remembers the last error of a call that has just been made: what a rule does
 * behind it changes that, and so does the engine, whose VirtualAlloc for new
 * memory may fail at the address that it asks for first (ERROR_INVALID_ADDRESS).
 */
export function keepLastError(): void {
  spoken = getLastError();
}

/** Makes what was remembered, or set by a rule since, the last error again. */
export function giveBackLastError(): void {
  lastErrorNatives()?.SetLastError(spoken);
}

/** Makes `code` the last error and gives `result`: a call that fails. */
export function failWith<T>(code: number, result: T): T {
  setLastError(code);
  return result;
}

/** A mistake of the program's, which has no defined outcome on Windows. */
export function violation(text: string): never {
  say(text);
  throw new Error(`windows-rules: ${text}`);
}

/** Prints a line on stderr. */
export function say(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`windows-rules: ${text}\n`));
}

/** The number that is passed as a handle. */
export function handleOf(value: unknown): bigint {
  return BigInt.asUintN(64, BigInt(value as number | bigint));
}

/** The bytes of a buffer argument. */
export function bytesOf(value: unknown): Uint8Array {
  const source = value as BufferSource;
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
}

/** A wrapper's native, for one that gives a Promise. */
export type Nonblocking = (...args: Parameters<Native>) => Promise<unknown>;
