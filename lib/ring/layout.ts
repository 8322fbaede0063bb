/**
 * The layout of a ring. What it is byte by byte stands in the documentation of
 * `createRing`, where users find it. Pure.
 *
 * @module
 */

/** Where the numbers stand, in bytes. */
export const AT = {
  magic: 0,
  version: 8,
  dataOffset: 12,
  dataSize: 16,
  capacity: 20,
  head: 64,
  tail: 128,
} as const;

/** Where the numbers of each role stand, in bytes. */
export const ROLE_AT = {
  producer: { sleeping: 192, state: 320, pid: 324, began: 328 },
  consumer: { sleeping: 256, state: 384, pid: 388, began: 392 },
} as const;

/** What the state of a role may be. */
export const STATE = { absent: 0, joined: 1, closed: 2 } as const;

/** Where the numbers begin that the magic says to be there. */
export const MAGIC_END = 8;

/** How many bytes stand before the data. */
export const DATA_OFFSET = 512;

/** How many bytes stand before a message. */
export const RECORD_HEADER = 8;

/** The longest message that a ring can be made for. */
export const MAX_CAPACITY = 2 ** 30 - 16;

const MAGIC = new TextEncoder().encode("WIPCRING");
const VERSION = 1;

/** What the header says of the ring itself. */
export interface Dimensions {
  /** The size of the data in bytes. */
  readonly size: number;
  /** The longest message in bytes. */
  readonly capacity: number;
}

/** The dimensions of a ring for messages of up to `capacity` bytes. */
export function dimensionsFor(capacity: number): Dimensions {
  return { size: recordSize(capacity), capacity };
}

/** How much of the data a message of `length` bytes takes. */
export function recordSize(length: number): number {
  return RECORD_HEADER + ((length + 7) & ~7);
}

/** How much lies between `tail` and `head`. */
export function distance(head: number, tail: number, size: number): number {
  return head >= tail ? head - tail : head - tail + 2 * size;
}

/** The position that is `count` bytes past `position`. */
export function advance(position: number, count: number, size: number): number {
  const next = position + count;
  return next >= 2 * size ? next - 2 * size : next;
}

/** The header of a new ring without its magic, which makes it valid and is written after it. */
export function newHeader({ size, capacity }: Dimensions): {
  header: Uint8Array<ArrayBuffer>;
  magic: Uint8Array<ArrayBuffer>;
} {
  const header = new Uint8Array(DATA_OFFSET);
  const view = new DataView(header.buffer);
  view.setUint32(AT.version, VERSION, true);
  view.setUint32(AT.dataOffset, DATA_OFFSET, true);
  view.setUint32(AT.dataSize, size, true);
  view.setUint32(AT.capacity, capacity, true);
  return { header, magic: MAGIC };
}

/**
 * What the header of a section of `mapped` bytes says; undefined where its
 * creator is not done yet.
 *
 * @throws {Deno.errors.InvalidData} for one that is no ring, or of another version
 */
export function dimensionsOf(
  header: Uint8Array,
  mapped: number,
  name: string,
): Dimensions | undefined {
  const refuse = (reason: string) =>
    new Deno.errors.InvalidData(`Cannot open the ring "${name}": ${reason}`);
  if (mapped < DATA_OFFSET) throw refuse("its memory is too small for one");
  const view = new DataView(header.buffer, header.byteOffset);
  let complete = true;
  // The magic may arrive in pieces, as some processors and Wine copy it.
  for (const [index, byte] of MAGIC.entries()) {
    if (header[index] === byte) continue;
    if (header[index] !== 0) {
      throw refuse("the shared memory of that name is no ring");
    }
    complete = false;
  }
  if (!complete) return undefined;
  const at = (offset: number) => view.getUint32(offset, true);
  if (at(AT.version) !== VERSION) {
    throw refuse(
      `it has version ${at(AT.version)}, and ${VERSION} is understood`,
    );
  }
  const size = at(AT.dataSize);
  const capacity = at(AT.capacity);
  const sound = at(AT.dataOffset) === DATA_OFFSET && size % 8 === 0 &&
    size <= mapped - DATA_OFFSET && recordSize(MAX_CAPACITY) >= size &&
    capacity <= size - RECORD_HEADER &&
    isPosition(at(AT.head), size) && isPosition(at(AT.tail), size);
  if (!sound) throw refuse("its header is damaged");
  return { size, capacity };
}

/** Whether `position` can be one in data of `size` bytes. */
export function isPosition(position: number, size: number): boolean {
  return position >= 0 && position < 2 * size && position % 8 === 0;
}
