/**
 * Opens objects of another computer, on another thread.
 *
 * `CreateFileW` would do the same, but its error is the last error of a thread
 * of Deno's pool, which cannot be read. `NtCreateFile` returns its status.
 *
 * @module
 */

import { FILE_READ_ATTRIBUTES, SYNCHRONIZE } from "./constants.ts";
import type { Win32Error } from "./error.ts";
import { allocate, copyIn, copyOut, free } from "./memory.ts";
import { ntdll } from "./ntdll.ts";
import { allocateName, ntError, objectAttributes } from "./ntdll_names.ts";
import { pack, SECURITY_QUALITY_OF_SERVICE } from "./structs.ts";

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
  using memory = new DisposableStack();
  const place = (bytes: Uint8Array) => {
    const address = memory.adopt(allocate(bytes.byteLength), free);
    copyIn(address, bytes);
    return address;
  };
  const full = `\\??\\UNC\\${path.slice("\\\\".length)}`;
  const name = memory.adopt(allocateName(full), free);
  const qos = place(pack(SECURITY_QUALITY_OF_SERVICE, {
    Length: SECURITY_QUALITY_OF_SERVICE.size,
    ImpersonationLevel: impersonation,
  }));
  const handle = place(new Uint8Array(HANDLE_SIZE));
  const result = await ntdll().raw.NtCreateFileNonblocking(
    handle,
    // The caller may have asked for these rights.
    (access | SYNCHRONIZE | FILE_READ_ATTRIBUTES) >>> 0,
    place(objectAttributes(name, { SecurityQualityOfService: qos })),
    place(new Uint8Array(IO_STATUS_BLOCK_SIZE)),
    0n,
    0,
    share,
    FILE_OPEN,
    FILE_NON_DIRECTORY_FILE,
    0n,
    0,
  );
  if (result < 0) return ntError("NtCreateFile", result);
  const opened = new BigUint64Array(1);
  copyOut(handle, new Uint8Array(opened.buffer));
  return opened[0]!;
}
