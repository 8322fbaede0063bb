/**
 * Shared memory: named sections of memory.
 *
 * @module
 */

import { counted } from "../io/format.ts";
import { checkBoolean, checkChoice, checkInteger } from "../io/checks.ts";
import { Handle } from "../io/object/handle.ts";
import { makeInheritable } from "../io/object/inheritance.ts";
import { checkKernelName } from "../io/object/check_kernel_name.ts";
import { isAbsent } from "../io/object/kernel_object.ts";
import { MappedMemory } from "../io/memory/mapped_memory.ts";
import { useNative } from "../io/permissions/required_libraries.ts";
import { retry, SHORT_DELAYS } from "../io/wait/retry.ts";
import {
  checkWait,
  type WaitOptions,
  withTimeoutMessage,
} from "../io/wait/wait_options.ts";
import { useSecured } from "../io/object/security.ts";
import {
  createSection,
  mappedSize,
  mapSection,
  MEMORY_ACCESS,
  type MemoryAccess,
  openSection,
  unmap,
} from "../io/memory/section.ts";

/** The size of a process' address space. */
const MAX_SIZE = 2 ** 47;

/** The options of {@linkcode createSharedMemory}. */
export interface CreateSharedMemoryOptions {
  /** The size in bytes. Windows rounds it up to whole pages. */
  size: number;
  /**
   * How this process may use the memory. It does not limit other processes.
   *
   * @default {"read-write"}
   */
  access?: MemoryAccess | undefined;
  /**
   * Fails with `AlreadyExists` if the memory already exists, instead of opening
   * it.
   *
   * @default {false}
   */
  createNew?: boolean | undefined;
  /**
   * Who may open the memory, as a security descriptor string:
   * `"D:(A;;GA;;;WD)"` allows everyone. Needs advapi32. By default, Windows
   * allows this user, the system and administrators.
   */
  sddl?: string | undefined;
}

/** The options of {@linkcode openSharedMemory}. */
export interface OpenSharedMemoryOptions {
  /**
   * How this process may use the memory.
   *
   * @default {"read-write"}
   */
  access?: MemoryAccess | undefined;
  /**
   * How many bytes to use. Windows does not report the size that the creator
   * asked for.
   *
   * @default all of it, in whole pages
   */
  size?: number | undefined;
}

/** The options of {@linkcode openSharedMemory} that make it wait. */
export interface WaitForSharedMemoryOptions
  extends OpenSharedMemoryOptions, WaitOptions {
  /**
   * Waits until another program has created the memory, instead of failing with
   * `NotFound`; the result is then a promise. It tries the name every few
   * milliseconds, because Windows does not announce new memory. The content may
   * still be zeros then: its creator writes it later.
   */
  waitForPeer: true;
}

/**
 * Creates the shared memory `name`, filled with zeros, or opens it if it
 * already exists. A name may begin with `Local\` (this session, the default) or
 * `Global\` (all sessions, which takes a privilege).
 *
 * Calls `CreateFileMappingW` and `MapViewOfFile`. Needs kernel32.dll, and
 * advapi32.dll for `sddl`.
 *
 * @throws {Deno.errors.AlreadyExists} when the name belongs to an object of
 * another kind, or with `createNew` to any
 * @throws {Deno.errors.PermissionDenied} when the security descriptor of
 * existing memory denies access, or the privilege is missing
 * @throws {Deno.errors.NotCapable} without `--allow-ffi` for the libraries
 * @throws {TypeError} for a bad name, option or SDDL; {@linkcode RangeError}
 * for a size out of range, or when the existing memory is smaller
 *
 * @example
 * ```ts
 * import { createSharedMemory } from "@winipc/winipc";
 *
 * using memory = createSharedMemory("ShareMemory", { size: 4096 });
 * memory.write(new TextEncoder().encode("Shine\0"));
 * ```
 */
export function createSharedMemory(
  name: string,
  options: CreateSharedMemoryOptions,
): SharedMemory {
  const { size, access = "read-write", createNew = false, sddl } = options;
  checkKernelName("shared memory", name);
  checkInteger("size", size, 1, MAX_SIZE);
  checkChoice("access", access, MEMORY_ACCESS);
  checkBoolean("createNew", createNew);
  useSecured("shared-memory", sddl);
  const action = `Cannot create the shared memory "${name}"`;
  const { raw, existed } = createSection(action, name, size, createNew, sddl);
  return mapped(action, name, raw, !existed, access, size);
}

/**
 * Opens the existing shared memory `name`, or with `waitForPeer` resolves to it
 * once it exists.
 *
 * Calls `OpenFileMappingW` and `MapViewOfFile`. Needs kernel32.dll.
 *
 * @throws {Deno.errors.NotFound} when there is no such memory, or the name
 * belongs to an object of another kind
 * @throws {Deno.errors.PermissionDenied} when its security descriptor denies
 * access
 * @throws {TypeError} for a bad name or option; {@linkcode RangeError} when it
 * is smaller than `size`, or when it is reserved (`SEC_RESERVE`) and not
 * committed
 * @throws with `waitForPeer`: the signal's reason, or a `TimeoutError`
 * DOMException
 *
 * @example
 * ```ts
 * import { createSharedMemory, openSharedMemory } from "@winipc/winipc";
 *
 * using theirs = createSharedMemory("ShareMemory", { size: 4096 });
 * theirs.write(new TextEncoder().encode("Shine\0"));
 *
 * // In another process:
 * using memory = openSharedMemory("ShareMemory", { access: "read" });
 * console.log(new TextDecoder().decode(memory.read(0, 5)));
 * ```
 */
export function openSharedMemory(
  name: string,
  options?: OpenSharedMemoryOptions,
): SharedMemory;
/** Waits until the shared memory `name` exists, and opens it. */
export function openSharedMemory(
  name: string,
  options: WaitForSharedMemoryOptions,
): Promise<SharedMemory>;
export function openSharedMemory(
  name: string,
  options: OpenSharedMemoryOptions | WaitForSharedMemoryOptions = {},
): SharedMemory | Promise<SharedMemory> {
  return "waitForPeer" in options && options.waitForPeer
    ? openWhenCreated(name, options)
    : opener(name, options)();
}

/** Opens the memory as soon as it exists. */
async function openWhenCreated(
  name: string,
  options: WaitForSharedMemoryOptions,
): Promise<SharedMemory> {
  checkBoolean("waitForPeer", options.waitForPeer);
  checkWait(options);
  const open = opener(name, options);
  const wait = withTimeoutMessage(
    options,
    () => `Cannot open the shared memory "${name}": nobody created it`,
  );
  return await retry(wait, SHORT_DELAYS, () => {
    try {
      return open();
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
  });
}

/** Checks the arguments; the returned function opens the memory. */
function opener(
  name: string,
  { access = "read-write", size }: OpenSharedMemoryOptions,
): () => SharedMemory {
  checkKernelName("shared memory", name);
  checkChoice("access", access, MEMORY_ACCESS);
  if (size !== undefined) {
    checkInteger("size", size, 1, MAX_SIZE);
  }
  useNative("shared-memory");
  const action = `Cannot open the shared memory "${name}"`;
  return () => {
    const raw = openSection(action, name, access);
    return mapped(action, name, raw, false, access, size);
  };
}

/** Shared memory of an inherited section. */
export function adoptSharedMemory(
  raw: bigint,
  name: string,
  options: OpenSharedMemoryOptions = {},
): SharedMemory {
  const { access = "read-write", size } = options;
  checkChoice("access", access, MEMORY_ACCESS);
  if (size !== undefined) {
    checkInteger("size", size, 1, MAX_SIZE);
  }
  return mapped(`Cannot map ${name}`, name, raw, false, access, size);
}

/**
 * Shared memory. Made by {@linkcode createSharedMemory} and {@linkcode openSharedMemory}.
 *
 * @example
 * ```ts
 * import { createSharedMemory } from "@winipc/winipc";
 *
 * using memory = createSharedMemory("ShareMemory", { size: 4096 });
 * console.log(memory.created ? "made" : "was there", memory.mappedSize);
 * ```
 */
export class SharedMemory extends MappedMemory {
  /** The memory's name. */
  readonly name: string;
  /** Whether this call created it: false if it existed before. */
  readonly created: boolean;
  /**
   * The actual size in bytes, in whole pages. For reserved memory, the part
   * that was committed when it was opened.
   */
  readonly mappedSize: number;
  readonly #section: Handle;

  /** Use {@linkcode createSharedMemory} or {@linkcode openSharedMemory}. */
  constructor(
    name: string,
    created: boolean,
    section: Handle,
    access: MemoryAccess,
    address: bigint,
    size: number,
    mappedSize: number,
  ) {
    super(section.what, access, address, 0, size);
    this.name = name;
    this.created = created;
    this.mappedSize = mappedSize;
    this.#section = section;
    makeInheritable(this, () => section.raw);
  }

  /**
   * Closes the memory here; every view then has length 0. Other processes that
   * have it open keep it. Safe to call twice.
   */
  override close(): void {
    super.close();
    this.#section.close();
  }
}

function mapped(
  action: string,
  name: string,
  raw: bigint,
  created: boolean,
  access: MemoryAccess,
  wanted: number | undefined,
): SharedMemory {
  // The name exists as long as a handle does; a mapping alone would not keep
  // it.
  const section = new Handle(raw, `The shared memory "${name}"`);
  try {
    const address = mapSection(action, raw, access);
    const there = mappedSize(address);
    const size = wanted ?? there;
    if (there > 0 && size <= there) {
      return new SharedMemory(
        name,
        created,
        section,
        access,
        address,
        size,
        there,
      );
    }
    unmap(address);
    throw new RangeError(
      there === 0
        ? `${action}: its memory is reserved and not committed; its creator must commit it first`
        : `${action}: it already exists with ${
          counted(there, "byte")
        }, not ${size}`,
    );
  } catch (error) {
    section.close();
    throw error;
  }
}
