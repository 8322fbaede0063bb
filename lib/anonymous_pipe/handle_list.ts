/**
 * What a new process inherits: exactly a list of handles.
 *
 * @module
 */

import { HANDLE_FLAG_INHERIT } from "../io/inheritance.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { allocate, copyIn, free } from "../win32/memory.ts";

const PROC_THREAD_ATTRIBUTE_HANDLE_LIST = 0x2_0002n;
const ADDRESS_SIZE = 8;

/**
 * A `PROC_THREAD_ATTRIBUTE_LIST` with `handles`. `using` frees it.
 *
 * Windows refuses a list that is empty, or has a handle twice.
 */
export class HandleList implements Disposable {
  /** Where it stands. */
  readonly address: bigint;

  /** Makes it of distinct handles, one or more. */
  constructor(handles: readonly bigint[]) {
    const { raw, call } = kernel32();
    const size = new BigUint64Array(1);
    raw.InitializeProcThreadAttributeList(0n, 1, 0, size);
    const header = Number(size[0]);
    // Windows reads the handles at their place when the process begins.
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
 * Lets children inherit `handles` until it is disposed, which gives each of them
 * back the flag that it had.
 */
export class Inheriting implements Disposable {
  readonly #before: (readonly [handle: bigint, flags: number])[] = [];

  /** Sets the flag of each. */
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
