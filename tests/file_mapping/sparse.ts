/** Sparse files: what was never written takes no place on the disk. */

import { toUtf16 } from "../../lib/win32/utf16.ts";
import { SYSTEM32 } from "../support/system32.ts";

const GENERIC_READ_WRITE = 0xc000_0000;
const SHARE_ALL = 7;
const OPEN_EXISTING = 3;
const FSCTL_SET_SPARSE = 0x9_00c4;

// Opened once for the process, so that no test counts it as its own.
const { CreateFileW, CloseHandle, DeviceIoControl, GetCompressedFileSizeW } =
  Deno.dlopen(
    `${SYSTEM32}\\kernel32.dll`,
    {
      CreateFileW: {
        parameters: ["buffer", "u32", "u32", "usize", "u32", "u32", "usize"],
        result: "usize",
      },
      CloseHandle: { parameters: ["usize"], result: "i32" },
      DeviceIoControl: {
        parameters: [
          "usize",
          "u32",
          "usize",
          "u32",
          "usize",
          "u32",
          "buffer",
          "usize",
        ],
        result: "i32",
      },
      GetCompressedFileSizeW: {
        parameters: ["buffer", "buffer"],
        result: "u32",
      },
    } as const,
  ).symbols;

/** Marks the file at `path` as sparse: NTFS would give one of 4 GiB all its place otherwise. */
export function makeSparse(path: string): void {
  const raw = CreateFileW(
    toUtf16(path),
    GENERIC_READ_WRITE,
    SHARE_ALL,
    0n,
    OPEN_EXISTING,
    0,
    0n,
  );
  const done = DeviceIoControl(
    raw,
    FSCTL_SET_SPARSE,
    0n,
    0,
    0n,
    0,
    new Uint32Array(1),
    0n,
  );
  CloseHandle(raw);
  if (done === 0) throw new Error(`"${path}" cannot be made sparse`);
}

/** How many bytes of the disk the file at `path` takes; Wine tells its size instead. */
export function allocated(path: string): number {
  const high = new Uint32Array(1);
  const low = GetCompressedFileSizeW(toUtf16(path), high);
  return high[0]! * 2 ** 32 + low;
}
