/**
 * The memory of overlapped operations: an `OVERLAPPED`, and the data behind it.
 *
 * Blocks of common sizes are kept for the next operation, because fresh pages
 * cost more than the copy into them.
 *
 * @module
 */

import { allocate, copyIn, copyOut, free } from "../win32/memory.ts";
import { field, OVERLAPPED, pack } from "../win32/structs.ts";

/** Native memory of one operation. It must not be released before the operation has completed. */
export interface Block {
  /** Where the `OVERLAPPED` stands. */
  readonly overlapped: bigint;
  /** Where calls that are not overlapped put the count of bytes: `OVERLAPPED.InternalHigh`. */
  readonly count: bigint;
  /** Where the data stands. */
  readonly data: bigint;
  /** How many bytes of data fit. */
  readonly capacity: number;
}

/** `OVERLAPPED.Internal` of an operation that has not ended. */
export const STATUS_PENDING = 0x103;

const CLASSES = [256, 4096, 16384, 65536, 262144, 1048576];
const KEPT_BYTES = 4 * 1048576;
/**
 * An OVERLAPPED says "pending" from the start, so that one that a call has left
 * alone is not taken for a success.
 */
const FRESH = pack(OVERLAPPED, { Internal: BigInt(STATUS_PENDING) });

const kept = new Map<number, Block[]>(CLASSES.map((size) => [size, []]));
let keptBytes = 0;
const header = new Uint8Array(OVERLAPPED.size);

/** A block for `size` bytes of data, its `OVERLAPPED` pending and otherwise zeroed. */
export function acquireBlock(size: number): Block {
  const capacity = CLASSES.find((limit) => size <= limit) ?? size;
  const reused = kept.get(capacity)?.pop();
  if (reused !== undefined) {
    keptBytes -= capacity;
    copyIn(reused.overlapped, FRESH);
    return reused;
  }
  const overlapped = allocate(OVERLAPPED.size + capacity);
  copyIn(overlapped, FRESH);
  return {
    overlapped,
    count: overlapped + BigInt(OVERLAPPED.fields.InternalHigh[0]),
    data: overlapped + BigInt(OVERLAPPED.size),
    capacity,
  };
}

/** Gives a block back. */
export function releaseBlock(block: Block): void {
  const list = kept.get(block.capacity);
  if (list === undefined || keptBytes + block.capacity > KEPT_BYTES) {
    return free(block.overlapped);
  }
  keptBytes += block.capacity;
  list.push(block);
}

/** The bytes that a completed operation moved (`OVERLAPPED.InternalHigh`). */
export function transferred(block: Block): number {
  copyOut(block.overlapped, header);
  return Number(field(OVERLAPPED, header, "InternalHigh"));
}

/** How an operation stands, as an NTSTATUS (`OVERLAPPED.Internal`): negative for a failure. */
export function statusOf(block: Block): number {
  copyOut(block.overlapped, header);
  return Number(BigInt.asIntN(32, field(OVERLAPPED, header, "Internal")));
}
