/**
 * The layout of a ring. The documentation of `createRing` describes it byte by
 * byte for users. Pure functions.
 *
 * @module
 */

/** The offsets of the numbers, in bytes. */
export const AT = {
  magic: 0,
  version: 8,
  dataOffset: 12,
  dataSize: 16,
  capacity: 20,
  head: 64,
  tail: 128,
} as const;

/** The offsets of the numbers of each role, in bytes. */
export const ROLE_AT = {
  producer: { sleeping: 192, state: 320, pid: 324, began: 328 },
  consumer: { sleeping: 256, state: 384, pid: 388, began: 392 },
} as const;

/** The values of a role's state. */
export const STATE = { absent: 0, joined: 1, closed: 2 } as const;

/** The offset at which the numbers begin that the magic marks as valid. */
export const MAGIC_END = 8;

/** The offset of the data. */
export const DATA_OFFSET = 512;

/** The size of a message's header. */
export const RECORD_HEADER = 8;

/** The longest message that a ring can hold. */
export const MAX_CAPACITY = 2 ** 30 - 16;

const MAGIC = new TextEncoder().encode("WIPCRING");
const VERSION = 1;

/** The properties in the header. */
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

/** How many bytes of the data a message of `length` bytes occupies. */
export function recordSize(length: number): number {
  return RECORD_HEADER + ((length + 7) & ~7);
}

/** The distance from `tail` to `head`. */
export function distance(head: number, tail: number, size: number): number {
  return head >= tail ? head - tail : head - tail + 2 * size;
}

/** The position that is `count` bytes past `position`. */
export function advance(position: number, count: number, size: number): number {
  const next = position + count;
  return next >= 2 * size ? next - 2 * size : next;
}

/**
 * The header of a new ring without its magic. The magic makes it valid and is
 * written last.
 */
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
 * Reads the header of a section of `mapped` bytes; undefined if its creator has
 * not finished.
 *
 * @throws {Deno.errors.InvalidData} if it is not a ring, or has another version
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
      throw refuse("the shared memory of that name is not a ring");
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
