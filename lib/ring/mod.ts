/**
 * A ring buffer: messages from one process to another through shared memory, at
 * memory speed. It has one producer and one consumer; use two rings for both
 * directions. Each role can be taken once: if an end closes or its process ends,
 * no other can take its place. Close the ring and create it again.
 *
 * A consumer reads one message at a time (`read`), many short ones by one copy
 * (`readBatch`), or messages in place, without a copy (`borrow`).
 *
 * Views of the memory are fast and need `--allow-ffi` without a path. With
 * `--allow-ffi` for kernel32.dll only, the memory is accessed by copy: each
 * number and each message takes a native call, and messages move as fast as
 * Windows' `RtlMoveMemory`. The two kinds of ends can be mixed.
 *
 * An end without data to read, or without space to write, spins for some
 * microseconds and then sleeps on an event. Only then does the other end set
 * the event. The documentation of {@linkcode createRing} has the layout of the
 * memory, byte by byte.
 *
 * @module
 */

import { checkBoolean, checkChoice, checkInteger } from "../io/checks.ts";
import { Handle } from "../io/object/handle.ts";
import {
  checkKernelName,
  relatedName,
} from "../io/object/check_kernel_name.ts";
import { isAbsent } from "../io/object/kernel_object.ts";
import { viewsAllowed } from "../io/memory/mapped_memory.ts";
import { retry, SHORT_DELAYS } from "../io/wait/retry.ts";
import { useSecured } from "../io/object/security.ts";
import {
  createSection,
  mappedSize,
  mapSection,
  openSection,
  unmap,
} from "../io/memory/section.ts";
import { checkWait, withTimeoutMessage } from "../io/wait/wait_options.ts";
import { copyIn, copyOut } from "../win32/memory.ts";
import { fence } from "../win32/atomic_u32.ts";
import { ERROR } from "../win32/error_codes.ts";
import { RingConsumer } from "./consumer.ts";
import type { MappedRing, RingRole } from "./mapped_ring.ts";
import {
  DATA_OFFSET,
  type Dimensions,
  dimensionsFor,
  dimensionsOf,
  MAGIC_END,
  MAX_CAPACITY,
  newHeader,
} from "./layout.ts";
import { CopyMemory, ViewMemory } from "./memory.ts";
import type {
  CreateRingOptions,
  OpenRingOptions,
  RingEnds,
  RingOptions,
} from "./options.ts";
import { RingProducer } from "./producer.ts";

export { RingBatch, RingLoan } from "./batch.ts";
export type { BorrowOptions, ReadBatchOptions } from "./batch.ts";
export { RingEnd } from "./ring_end.ts";
export type { RingRole } from "./mapped_ring.ts";
export type {
  CreateRingOptions,
  OpenRingOptions,
  RingEnds,
  RingOptions,
} from "./options.ts";
export { RingConsumer, RingProducer };

const ROLES = ["producer", "consumer"];
const MAX_SPIN = 1_000_000;
const CREATOR_MS = 500;

/**
 * Creates the ring `name` and joins it as its producer, or as `role` says.
 *
 * Calls `CreateFileMappingW`, `MapViewOfFile` and `CreateEventW`. Needs
 * kernel32.dll, and advapi32.dll for `sddl`.
 *
 * The layout of the memory, byte by byte, so that a program in C can join:
 *
 * A ring named `x` is a section named `x`, and two auto-reset events,
 * `x.producer` and `x.consumer`, each created by the process of that role when
 * it joins. If the event already exists, the role is taken. All numbers are
 * little-endian. Each group of numbers has its own cache line.
 *
 * | offset | type | what |
 * |---|---|---|
 * | 0 | u8[8] | `WIPCRING`; written last by the creator |
 * | 8 | u32 | version: 1 |
 * | 12 | u32 | where the data begin: 512 |
 * | 16 | u32 | size of the data: a multiple of 8 |
 * | 20 | u32 | capacity: the longest message in bytes; at most the size - 8 |
 * | 64 | u32 | head: how far the producer has written |
 * | 128 | u32 | tail: how far the consumer has read |
 * | 192 | u32 | 1 while the producer sleeps on its event |
 * | 256 | u32 | 1 while the consumer sleeps on its event |
 * | 320 | u32 | the producer: 0 not there yet, 1 there, 2 closed |
 * | 324 | u32 | its process id |
 * | 328 | u64 | when its process began (`GetProcessTimes`) |
 * | 384 | u32 | the consumer, in the same way |
 * | 388 | u32 | its process id |
 * | 392 | u64 | when its process began |
 * | 512 | u8[] | the data |
 *
 * Head and tail are positions from 0 to 2 × size - 1, and then 0 again; the
 * byte of a position is data[position % size]. The ring is empty when they are
 * equal, and full when they are `size` apart.
 *
 * A message begins at a position that is a multiple of 8: a u32 with its
 * length, 4 unused bytes, its bytes, and padding up to the next multiple of
 * 8. A message that reaches the end of the data continues at its beginning.
 *
 * The producer writes a message, then the head; the consumer reads it, then
 * writes the tail. After that, each end issues a full fence and checks whether
 * the other sleeps. If so, it writes 0 there and sets the other's event. Before
 * an end sleeps, it writes 1, issues a full fence, and reads head, tail and
 * state once more. Then it waits for its event and for the end of the other's
 * process. Joining and closing write the state last, and wake the other in the
 * same way.
 *
 * @throws {Deno.errors.AlreadyExists} when the name is taken
 * @throws {Deno.errors.NotCapable} without `--allow-ffi` for the libraries, or
 * for everything if `zeroCopy` is set
 * @throws {TypeError} for a bad name, option or SDDL; {@linkcode RangeError}
 * for a number out of range
 *
 * @example
 * ```ts
 * import { createRing, openRing } from "@winipc/winipc";
 *
 * await using ring = createRing("ticks", { capacity: 1 << 20 });
 * await ring.write(new TextEncoder().encode("hello"));
 *
 * await using theirs = await openRing("ticks"); // in another process
 * console.log(new TextDecoder().decode(await theirs.read() ?? undefined));
 * ```
 */
export function createRing<R extends RingRole = "producer">(
  name: string,
  options: CreateRingOptions<R>,
): RingEnds[R] {
  const { capacity, role = "producer", sddl } = options;
  const settings = parseOptions(name, role, options);
  checkInteger("capacity", capacity, 1, MAX_CAPACITY);
  useSecured("ring", sddl);
  const action = `Cannot create the ring "${name}"`;
  const dimensions = dimensionsFor(capacity);
  const size = DATA_OFFSET + dimensions.size;
  const { raw } = createSection(action, name, size, true, sddl);
  const section = new Handle(raw, `The ring "${name}"`);
  return joinRing(section, action, role, settings, (address) => {
    const { header, magic } = newHeader(dimensions);
    copyIn(address, header);
    const ready = () => {
      fence();
      copyIn(address, magic);
    };
    return { dimensions, ready };
  }) as RingEnds[R];
}

/**
 * Opens the ring `name` and joins it as its consumer, or as `role` says.
 *
 * Calls `OpenFileMappingW`, `MapViewOfFile` and `CreateEventW`. Needs
 * kernel32.dll, and advapi32.dll for `sddl`.
 *
 * @throws {Deno.errors.NotFound} when there is no such ring
 * @throws {Deno.errors.Busy} when the role is taken, or was taken before
 * @throws {Deno.errors.InvalidData} when the memory of that name is not a ring,
 * or its header is damaged
 * @throws {Deno.errors.PermissionDenied} when its security descriptor denies
 * access
 * @throws {Deno.errors.NotCapable} without `--allow-ffi` for the libraries, or
 * for everything if `zeroCopy` is set
 * @throws {TypeError} for a bad name, option or SDDL; {@linkcode RangeError}
 * for a number out of range
 * @throws the signal's reason, or a `TimeoutError` DOMException
 *
 * @example
 * ```ts
 * import { createRing, openRing } from "@winipc/winipc";
 *
 * const theirs = createRing("ticks", { capacity: 4096 }); // in another process
 *
 * await using ring = await openRing("ticks");
 * theirs.tryWrite(new TextEncoder().encode("hello"));
 * theirs.close();
 * for await (const message of ring) console.log(message.byteLength);
 * ```
 */
export async function openRing<R extends RingRole = "consumer">(
  name: string,
  options: OpenRingOptions<R> = {},
): Promise<RingEnds[R]> {
  const { role = "consumer", waitForPeer = false, sddl } = options;
  const settings = parseOptions(name, role, options);
  checkBoolean("waitForPeer", waitForPeer);
  checkWait(options);
  useSecured("ring", sddl);
  /** When a creator began that has not finished. */
  let begun: number | undefined;
  const wait = withTimeoutMessage(
    options,
    () => `Cannot open the ring "${name}": nobody created it`,
  );
  return await retry(wait, SHORT_DELAYS, () => {
    const ring = tryOpen(name, role, settings, waitForPeer);
    if (typeof ring === "object") return ring as RingEnds[R];
    if (ring === "absent") begun = undefined;
    else begun ??= performance.now();
    if (begun !== undefined && performance.now() - begun > CREATOR_MS) {
      throw new Deno.errors.InvalidData(
        `Cannot open the ring "${name}": the shared memory of that name is not a ring, it is empty`,
      );
    }
  });
}

/** Undefined if its creator has not finished. */
function tryOpen(
  name: string,
  role: RingRole,
  settings: RingSettings,
  waitForPeer: boolean,
): RingProducer | RingConsumer | "absent" | undefined {
  const action = `Cannot open the ring "${name}"`;
  let raw: bigint;
  try {
    raw = openSection(action, name, "read-write", OPEN_HINTS);
  } catch (error) {
    if (waitForPeer && isAbsent(error)) return "absent";
    throw error;
  }
  const section = new Handle(raw, `The ring "${name}"`);
  return joinRing(section, action, role, settings, (address) => {
    const header = new Uint8Array(DATA_OFFSET);
    const there = mappedSize(address);
    // Memory that is only reserved cannot be read.
    if (there >= DATA_OFFSET) {
      // The magic first: once it is valid, the other numbers are.
      copyOut(address, header.subarray(0, MAGIC_END));
      fence();
      copyOut(address + BigInt(MAGIC_END), header.subarray(MAGIC_END));
    }
    const dimensions = dimensionsOf(header, there, name);
    return dimensions && { dimensions, ready() {} };
  });
}

const OPEN_HINTS = {
  [ERROR.ERROR_ACCESS_DENIED]:
    "its security does not allow it; between two accounts, give an sddl to both createRing() and openRing()",
};

type RingSettings = Pick<MappedRing, "name" | "zeroCopy" | "spin" | "sddl">;

/**
 * Maps the section, which `begin` checks or fills, and joins the ring. On
 * failure, everything is closed.
 */
function joinRing(
  section: Handle,
  action: string,
  role: RingRole,
  settings: RingSettings,
  begin: (
    address: bigint,
  ) => { dimensions: Dimensions; ready(): void } | undefined,
): RingProducer | RingConsumer | undefined {
  let address: bigint | undefined;
  let memory: ViewMemory | CopyMemory | undefined;
  try {
    address = mapSection(action, section.raw, "read-write");
    const begun = begin(address);
    if (begun === undefined) {
      unmap(address);
      section.close();
      return undefined;
    }
    const { dimensions } = begun;
    memory = settings.zeroCopy
      ? new ViewMemory(address, dimensions.size, `the ring "${settings.name}"`)
      : new CopyMemory(address);
    const ring = { ...settings, role, section, address, memory, dimensions };
    const end = role === "producer"
      ? new RingProducer(ring)
      : new RingConsumer(ring);
    begun.ready();
    return end;
  } catch (error) {
    memory?.end();
    if (address !== undefined) unmap(address);
    section.close();
    throw error;
  }
}

function parseOptions(
  name: string,
  role: unknown,
  options: RingOptions,
): RingSettings {
  const { zeroCopy, spin, sddl } = options;
  checkKernelName("ring", name);
  // Its events have longer names.
  ROLES.forEach((role) =>
    checkKernelName("ring event", relatedName(name, role))
  );
  checkChoice("role", role, ROLES);
  if (spin !== undefined) checkInteger("spin", spin, 0, MAX_SPIN);
  if (zeroCopy !== undefined) checkBoolean("zeroCopy", zeroCopy);
  return { name, zeroCopy: zeroCopy ?? viewsAllowed(), spin, sddl };
}
export { Win32Error } from "../win32/error.ts";
export type { WaitOptions } from "../io/wait/wait_options.ts";
