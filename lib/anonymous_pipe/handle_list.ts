/**
 * The exact list of handles that a new process inherits.
 *
 * @module
 */

import { HANDLE_FLAG_INHERIT } from "../io/object/inheritance.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { allocate, copyIn, free } from "../win32/memory.ts";

const PROC_THREAD_ATTRIBUTE_HANDLE_LIST = 0x2_0002n;
const ADDRESS_SIZE = 8;

/**
 * A `PROC_THREAD_ATTRIBUTE_LIST` with `handles`. `using` frees it.
 *
 * Windows refuses an empty list, and a list with the same handle twice.
 */
export class HandleList implements Disposable {
  /** Its address. */
  readonly address: bigint;

  /** Creates a list of one or more distinct handles. */
  constructor(handles: readonly bigint[]) {
    const { raw, call } = kernel32();
    const size = new BigUint64Array(1);
    raw.InitializeProcThreadAttributeList(0n, 1, 0, size);
    const header = Number(size[0]);
    // Windows reads the handles from this memory when the process is created.
    const values = new BigUint64Array(handles);
    this.address = allocate(header + handles.length * ADDRESS_SIZE);
    const list = this.address + size[0]!;
    copyIn(list, new Uint8Array(values.buffer));
    raw.InitializeProcThreadAttributeList(this.address, 1, 0, size);
    try {
      call.UpdateProcThreadAttribute(
        this.address,
        0,
        PROC_THREAD_ATTRIBUTE_HANDLE_LIST,
        list,
        BigInt(values.byteLength),
        0n,
        0n,
      );
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  [Symbol.dispose](): void {
    kernel32().raw.DeleteProcThreadAttributeList(this.address);
    free(this.address);
  }
}

/**
 * Makes `handles` inheritable until it is disposed, which restores the previous
 * flag of each.
 */
export class Inheriting implements Disposable {
  readonly #before: (readonly [handle: bigint, flags: number])[] = [];

  /** Sets the flag of each handle. */
  constructor(handles: readonly bigint[]) {
    const { call } = kernel32();
    const flags = new Uint32Array(1);
    try {
      for (const handle of handles) {
        call.GetHandleInformation(handle, flags);
        call.SetHandleInformation(
          handle,
          HANDLE_FLAG_INHERIT,
          HANDLE_FLAG_INHERIT,
        );
        this.#before.push([handle, flags[0]! & HANDLE_FLAG_INHERIT]);
      }
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  [Symbol.dispose](): void {
    for (const [handle, flag] of this.#before) {
      kernel32().raw.SetHandleInformation(handle, HANDLE_FLAG_INHERIT, flag);
    }
  }
}
