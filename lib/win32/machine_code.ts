/**
 * Machine code of one's own: memory that holds a few functions, the values they
 * use, and what Windows needs to unwind through them.
 *
 * An `UnsafeCallback` runs where its isolate is, one at a time, and must answer
 * before it returns. Where threads of Windows have to wait until a program has
 * decided, and many of them at once, they wait in code like this instead. As it
 * is reached by number, it also works under a scoped `--allow-ffi`.
 *
 * @module
 */

import { kernel32 } from "./kernel32.ts";

const MEM_COMMIT_AND_RESERVE = 0x3000;
const PAGE_READWRITE = 4;
const PAGE_EXECUTE_READ = 0x20;
const CURRENT_PROCESS = 0xffff_ffff_ffff_ffffn;
const RUNTIME_FUNCTION_SIZE = 12;
const ALIGNMENT = 16;

/** A place in a function, or the distance to it from a jump of 2 bytes. */
interface Place {
  readonly kind: "label" | "jump";
  readonly name: string;
}

/**
 * Bytes of code. In the place of a name stand the 4 bytes that reach that value
 * from there; in the place of a jump its last byte.
 */
export type Piece = readonly (number | string | Place)[];

/** The place to which {@linkcode to} jumps. */
export function label(name: string): Place {
  return { kind: "label", name };
}

/** The distance to a {@linkcode label} of the same function. */
export function to(name: string): Place {
  return { kind: "jump", name };
}

/** One function: its code, and how its prolog is undone. */
export interface NativeFunction {
  readonly code: readonly Piece[];
  /** An `UNWIND_INFO` of x64. */
  readonly unwind: readonly number[];
}

/**
 * Lays out `functions` and `values` behind each other, as they run at any
 * address. Pure. Returns the bytes, where each function begins, and where the
 * table for unwinding stands.
 *
 * @throws {TypeError} for a name without a value, and a place that is not there
 * or too far away
 */
export function assemble(
  functions: readonly NativeFunction[],
  values: Readonly<Record<string, bigint>>,
): { image: Uint8Array<ArrayBuffer>; entries: number[]; table: number } {
  const names = Object.keys(values);
  const codes = functions.map(({ code }) => code.flat());
  const entries: number[] = [];
  let end = 0;
  for (const code of codes) {
    entries.push(end);
    end = aligned(end + sizeOf(code));
  }
  const valuesAt = end;
  const unwindsAt: number[] = [];
  end = aligned(valuesAt + 8 * names.length);
  for (const { unwind } of functions) {
    unwindsAt.push(end);
    end = aligned(end + unwind.length);
  }
  const table = end;
  const image = new Uint8Array(table + RUNTIME_FUNCTION_SIZE * codes.length);
  const view = new DataView(image.buffer);
  codes.forEach((code, index) => {
    let at = entries[index]!;
    const begin = at;
    const places = placesIn(code);
    for (const item of code) {
      if (typeof item === "number") view.setUint8(at++, item);
      else if (typeof item === "object") {
        if (item.kind === "label") continue;
        view.setInt8(at, distance(places, item.name, at + 1 - begin));
        at++;
      } else {
        const value = names.indexOf(item);
        if (value < 0) throw new TypeError(`No value "${item}"`);
        // Counted from the next instruction, which begins right behind.
        view.setInt32(at, valuesAt + 8 * value - (at + 4), true);
        at += 4;
      }
    }
    image.set(functions[index]!.unwind, unwindsAt[index]!);
    const row = table + RUNTIME_FUNCTION_SIZE * index;
    [begin, at, unwindsAt[index]!].forEach((rva, column) =>
      view.setUint32(row + 4 * column, rva, true)
    );
  });
  Object.values(values).forEach((value, index) =>
    view.setBigUint64(valuesAt + 8 * index, value, true)
  );
  return { image, entries, table };
}

/**
 * Loads `functions` for the life of the process and returns their addresses.
 * The memory is never writable and executable at the same time.
 *
 * @throws {Deno.errors.NotSupported} where the processor is no x64
 */
export function loadCode(
  functions: readonly NativeFunction[],
  values: Readonly<Record<string, bigint>>,
): bigint[] {
  if (Deno.build.arch !== "x86_64") {
    throw new Deno.errors.NotSupported(
      `This needs the x64 build of Deno, and this is ${Deno.build.arch}`,
    );
  }
  const { call, raw } = kernel32();
  const { image, entries, table } = assemble(functions, values);
  const size = image.byteLength;
  const base = call.VirtualAlloc(
    0n,
    size,
    MEM_COMMIT_AND_RESERVE,
    PAGE_READWRITE,
  );
  raw.CopyIn(base, image, BigInt(size));
  call.VirtualProtect(base, size, PAGE_EXECUTE_READ, new Uint32Array(1));
  call.FlushInstructionCache(CURRENT_PROCESS, base, size);
  call.RtlAddFunctionTable(base + BigInt(table), functions.length, base);
  return entries.map((entry) => base + BigInt(entry));
}

function sizeOf(code: Piece): number {
  return code.reduce<number>((sum, item) => sum + sizeOfItem(item), 0);
}

function sizeOfItem(item: Piece[number]): number {
  if (typeof item === "string") return 4;
  return typeof item === "object" && item.kind === "label" ? 0 : 1;
}

function placesIn(code: Piece): Map<string, number> {
  const places = new Map<string, number>();
  let at = 0;
  for (const item of code) {
    if (typeof item === "object" && item.kind === "label") {
      places.set(item.name, at);
    }
    at += sizeOfItem(item);
  }
  return places;
}

function distance(
  places: ReadonlyMap<string, number>,
  name: string,
  from: number,
): number {
  const place = places.get(name);
  if (place === undefined) throw new TypeError(`No label "${name}"`);
  const bytes = place - from;
  if (bytes < -128 || bytes > 127) {
    throw new TypeError(`The label "${name}" is ${bytes} bytes away`);
  }
  return bytes;
}

function aligned(offset: number): number {
  return Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
}
