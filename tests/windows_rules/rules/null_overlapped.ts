import { fn, type Table } from "../../../lib/win32/table.ts";
import type { Wrapper } from "../../../lib/win32/binding.ts";
import { handleOf, natives, violation } from "../native.ts";
import type { Rule } from "../rule.ts";

const FILE_MODE_INFORMATION = 16;
const FILE_SYNCHRONOUS_IO_ALERT = 0x10;
const FILE_SYNCHRONOUS_IO_NONALERT = 0x20;

const TABLE = {
  NtQueryInformationFile: fn(`(
    FileHandle: usize, IoStatusBlock: buffer, FileInformation: buffer,
    Length: u32, FileInformationClass: u32,
  ): i32`),
} as const satisfies Table;

const ntdll = natives("ntdll.dll", TABLE);

export default {
  name: "a call on an overlapped handle has an OVERLAPPED",
  source:
    "Microsoft: ReadFile, lpOverlapped: a NULL on a handle opened with FILE_FLAG_OVERLAPPED " +
    "may report the end of the call too soon; it waits on the file's event, which " +
    "FILE_SKIP_SET_EVENT_ON_HANDLE keeps unsignaled",
  natives: {
    ReadFile: overlappedAt(4),
    WriteFile: overlappedAt(4),
    TransactNamedPipe: overlappedAt(6),
    ConnectNamedPipe: overlappedAt(1),
  },
} satisfies Rule;

function overlappedAt(index: number): Wrapper {
  return (native, { name }) => (...args) => {
    const overlapped = args[index];
    const isNull = overlapped === null || BigInt(overlapped as bigint) === 0n;
    if (isNull && isOverlapped(handleOf(args[0]))) {
      violation(`${name} with no OVERLAPPED on an overlapped handle`);
    }
    return native(...args);
  };
}

/** Whether the file object has no synchronous mode; false where ntdll may not be asked. */
function isOverlapped(handle: bigint): boolean {
  const mode = new Uint32Array(1);
  const status = ntdll()?.NtQueryInformationFile(
    handle,
    new Uint8Array(16),
    mode,
    mode.byteLength,
    FILE_MODE_INFORMATION,
  );
  const synchronous = FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT;
  return status === 0 && (mode[0]! & synchronous) === 0;
}
