/**
 * A part of a file: its bounds, and its address in memory.
 *
 * @module
 */

import { counted } from "../io/format.ts";
import { mapSection, type MemoryAccess } from "../io/memory/section.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { fileSection, fileSize, setFileSize } from "./file.ts";

const ALLOCATION_GRANULARITY = 65536;

/** Makes a file at least `size` bytes long. */
export function grown(file: bigint, path: string, size: number): void {
  if (fileSize(file, path) < size) setFileSize(file, path, size);
}

/** Checks that a file of `size` bytes contains the part. */
export function checkPart(
  path: string,
  size: number,
  offset: number,
  length: number,
): void {
  if (size === 0) {
    throw new RangeError(
      `Cannot map "${path}": it is empty, and Windows cannot map an empty file; set its size with growTo`,
    );
  }
  if (length > 0 && offset + length <= size) return;
  throw new RangeError(
    `Cannot map ${
      counted(length, "byte")
    } of "${path}" from ${offset} on: it has ${counted(size, "byte")}`,
  );
}

/**
 * Maps a part of a file. Its first byte is {@linkcode skippedBy} bytes after
 * the address.
 */
export function mapPart(
  file: bigint,
  path: string,
  access: MemoryAccess,
  offset: number,
  length: number,
): bigint {
  const section = fileSection(file, path, access);
  try {
    const skipped = skippedBy(offset);
    return mapSection(
      `Cannot map "${path}"`,
      section,
      access,
      offset - skipped,
      skipped + length,
    );
  } finally {
    // The mapping keeps the section alive.
    kernel32().call.CloseHandle(section);
  }
}

/**
 * Windows maps from multiples of 64 KiB, so the bytes before `offset` are
 * mapped too.
 */
export function skippedBy(offset: number): number {
  return offset % ALLOCATION_GRANULARITY;
}
