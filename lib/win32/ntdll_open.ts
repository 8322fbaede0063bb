/**
 * Opens objects of another computer, on another thread.
 *
 * `CreateFileW` would do the same, but its error is the last error of a thread
 * of Deno's pool, which cannot be read. `NtCreateFile` returns its status.
 *
 * @module
 */

import { Win32Error } from "./error.ts";
import { allocate, copyIn, copyOut, free } from "./memory.ts";
import { ntdll } from "./ntdll.ts";
import {
  OBJECT_ATTRIBUTES,
  pack,
  SECURITY_QUALITY_OF_SERVICE,
  UNICODE_STRING,
} from "./structs.ts";
import { toUtf16 } from "./utf16.ts";

const FILE_READ_ATTRIBUTES = 0x80;
const SYNCHRONIZE = 0x10_0000;
const OBJ_CASE_INSENSITIVE = 0x40;
const FILE_OPEN = 1;
const FILE_NON_DIRECTORY_FILE = 0x40;
const HANDLE_SIZE = 8;
const IO_STATUS_BLOCK_SIZE = 16;

/**
 * Opens the pipe or mailslot `path` (`\\server\…`) for overlapped use, and
 * resolves to its handle or to Windows' error. It cannot be cancelled: Windows
 * connects to the computer for as long as it wants.
 *
 * `impersonation` is a `SECURITY_IMPERSONATION_LEVEL`. Adds the access rights
 * that `CreateFileW` adds implicitly.
 */
export async function openRemote(
  path: string,
  access: number,
  share: number,
  impersonation: number,
): Promise<bigint | Win32Error> {
  const name = toUtf16(`\\??\\UNC\\${path.slice("\\\\".length)}`);
  const sizes = [
    HANDLE_SIZE,
    IO_STATUS_BLOCK_SIZE,
    OBJECT_ATTRIBUTES.size,
    UNICODE_STRING.size,
    16,
    name.byteLength,
  ];
  const memory = allocate(sizes.reduce((sum, size) => sum + size));
  try {
    let at = memory;
    const [handle, status, attributes, string, qos, text] = sizes.map(
      (size) => {
        const here = at;
        at += BigInt(size);
        return here;
      },
    ) as [bigint, bigint, bigint, bigint, bigint, bigint];
    copyIn(text, name);
    copyIn(
      string,
      pack(UNICODE_STRING, {
        Length: name.byteLength - 2,
        MaximumLength: name.byteLength,
        Buffer: text,
      }),
    );
    copyIn(
      qos,
      pack(SECURITY_QUALITY_OF_SERVICE, {
        Length: SECURITY_QUALITY_OF_SERVICE.size,
        ImpersonationLevel: impersonation,
      }),
    );
    copyIn(
      attributes,
      pack(OBJECT_ATTRIBUTES, {
        Length: OBJECT_ATTRIBUTES.size,
        ObjectName: string,
        Attributes: OBJ_CASE_INSENSITIVE,
        SecurityQualityOfService: qos,
      }),
    );
    const { NtCreateFileNonblocking, RtlNtStatusToDosError } = ntdll().raw;
    const result = await NtCreateFileNonblocking(
      handle,
      // The caller may have asked for these rights.
      (access | SYNCHRONIZE | FILE_READ_ATTRIBUTES) >>> 0,
      attributes,
      status,
      0n,
      0,
      share,
      FILE_OPEN,
      FILE_NON_DIRECTORY_FILE,
      0n,
      0,
    );
    if (result < 0) {
      return new Win32Error("NtCreateFile", RtlNtStatusToDosError(result));
    }
    const opened = new BigUint64Array(1);
    copyOut(handle, new Uint8Array(opened.buffer));
    return opened[0]!;
  } finally {
    free(memory);
  }
}
