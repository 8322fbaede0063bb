/**
 * Loads generated code into the process.
 *
 * The memory is never writable and executable at the same time. It lives as
 * long as the process, because threads of Windows run in it.
 *
 * @module
 */

import { PAGE_READWRITE } from "../../win32/constants.ts";
import { kernel32 } from "../../win32/kernel32.ts";
import { assemble, type GeneratedFunction } from "./assembler.ts";

const MEM_COMMIT_AND_RESERVE = 0x3000;
const PAGE_EXECUTE_READ = 0x20;
const CURRENT_PROCESS = 0xffff_ffff_ffff_ffffn;

/** Whether this processor supports it. */
export function hasGeneratedCode(): boolean {
  return Deno.build.arch === "x86_64";
}

/** Loads `functions` and returns their addresses. */
export function loadCode(
  functions: readonly GeneratedFunction[],
  values: Readonly<Record<string, bigint>>,
): bigint[] {
  const { call, raw } = kernel32();
  const { bytes, entries, table } = assemble(functions, values);
  const size = bytes.byteLength;
  const base = call.VirtualAlloc(
    0n,
    size,
    MEM_COMMIT_AND_RESERVE,
    PAGE_READWRITE,
  );
  raw.CopyIn(base, bytes, BigInt(size));
  call.VirtualProtect(base, size, PAGE_EXECUTE_READ, new Uint32Array(1));
  call.FlushInstructionCache(CURRENT_PROCESS, base, size);
  call.RtlAddFunctionTable(base + BigInt(table), functions.length, base);
  return entries.map((entry) => base + BigInt(entry));
}
