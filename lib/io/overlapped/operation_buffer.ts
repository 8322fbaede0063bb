/**
 * The memory of overlapped operations: an `OVERLAPPED`, followed by the data.
 *
 * Buffers of common sizes are kept for later operations, because fresh pages
 * cost more than copying into them.
 *
 * @module
 */

import { counted } from "../format.ts";
import { allocate, copyIn, copyOut, free } from "../../win32/memory.ts";
import { OVERLAPPED, pack } from "../../win32/structs.ts";

/** Native memory of one operation. It must not be released before the operation has completed. */
export interface OperationBuffer {
  /** The address of the `OVERLAPPED`. */
  readonly overlapped: bigint;
  /**
   * The address where calls that are not overlapped put the byte count:
   * `OVERLAPPED.InternalHigh`.
   */
  readonly count: bigint;
  /** The address of the data. */
  readonly data: bigint;
  /** How many bytes of data fit. */
  readonly capacity: number;
}

/** `OVERLAPPED.Internal` of an operation that has not ended. */
export const STATUS_PENDING = 0x103;

/** `ReadFile`, `WriteFile` and `TransactNamedPipe` take 32-bit lengths. */
const MAX_SIZE = 0xffff_ffff;
const CLASSES = [256, 4096, 16384, 65536, 262144, 1048576];
const MAX_IDLE_BYTES = 4 * 1048576;
/**
 * An OVERLAPPED is "pending" from the start, so that one that a call did not
 * touch does not look like a success.
 */
const FRESH = pack(OVERLAPPED, { Internal: BigInt(STATUS_PENDING) });

const idle = new Map<number, OperationBuffer[]>(
  CLASSES.map((size) => [size, []]),
);
let idleBytes = 0;
const header = new Uint8Array(OVERLAPPED.size);
const words = new Int32Array(header.buffer);

/**
 * Allocates a buffer for `size` bytes of data. Its `OVERLAPPED` is pending and
 * otherwise zeroed.
 *
 * @throws {RangeError} for a size of 4 GiB or more
 */
export function acquireBuffer(size: number): OperationBuffer {
  if (size > MAX_SIZE) {
    throw new RangeError(
      `Invalid data of ${
        counted(size, "byte")
      }: one operation moves at most ${MAX_SIZE}`,
    );
  }
  const capacity = CLASSES.find((limit) => size <= limit) ?? size;
  const reused = idle.get(capacity)?.pop();
  if (reused !== undefined) {
    idleBytes -= capacity;
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

/** Releases a buffer. */
export function releaseBuffer(buffer: OperationBuffer): void {
  const list = idle.get(buffer.capacity);
  if (list === undefined || idleBytes + buffer.capacity > MAX_IDLE_BYTES) {
    return free(buffer.overlapped);
  }
  idleBytes += buffer.capacity;
  list.push(buffer);
}

/**
 * The number of bytes that a completed operation moved
 * (`OVERLAPPED.InternalHigh`).
 */
export function transferred(buffer: OperationBuffer): number {
  copyOut(buffer.overlapped, header);
  return words[OVERLAPPED.fields.InternalHigh[0] >> 2]! >>> 0;
}

/**
 * The state of an operation, as an NTSTATUS (`OVERLAPPED.Internal`): negative
 * for a failure.
 */
export function statusOf(buffer: OperationBuffer): number {
  copyOut(buffer.overlapped, header);
  return words[OVERLAPPED.fields.Internal[0] >> 2]!;
}
