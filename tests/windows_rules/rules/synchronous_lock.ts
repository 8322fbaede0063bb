import type { Wrapper } from "../../../lib/win32/binding.ts";
import type { Native } from "../../../lib/win32/table.ts";
import { handleOf, type Nonblocking, violation } from "../native.ts";
import type { Rule } from "../rule.ts";

/** Handles on which another thread is in a call without OVERLAPPED. */
const busy = new Map<bigint, number>();

/** Files and pipes that were opened here without FILE_FLAG_OVERLAPPED. */
const synchronous = new Set<bigint>();

const FILE_FLAG_OVERLAPPED = 0x4000_0000;
const INVALID_HANDLE_VALUE = 0xffff_ffff_ffff_ffffn;

/** The calls that move data, whose last argument is the OVERLAPPED. */
const locking: Wrapper = (native, { name, declaration }) => (...args) => {
  const handle = handleOf(args[0]);
  if (!declaration.nonblocking) {
    waits(name, handle);
    return native(...args);
  }
  if (handleOf(args.at(-1)) !== 0n) return native(...args);
  return lock(native, name, args);
};

/** The calls without OVERLAPPED that take as long as the device does. */
const flushing: Wrapper = (native, { name, declaration }) => (...args) => {
  const handle = handleOf(args[0]);
  if (!declaration.nonblocking) {
    waits(name, handle);
    return native(...args);
  }
  return synchronous.has(handle) ? lock(native, name, args) : native(...args);
};

function lock(native: Native, name: string, args: unknown[]): Promise<unknown> {
  const handle = handleOf(args[0]);
  waits(name, handle);
  busy.set(handle, (busy.get(handle) ?? 0) + 1);
  return (native as Nonblocking)(...args).finally(() => {
    const left = busy.get(handle)! - 1;
    if (left > 0) busy.set(handle, left);
    else busy.delete(handle);
  });
}

const opening: Wrapper = (native, { declaration }) => (...args) => {
  const result = native(...args);
  const flags = Number(args[5]);
  if (declaration.nonblocking || flags & FILE_FLAG_OVERLAPPED) return result;
  const handle = handleOf(result);
  if (handle !== INVALID_HANDLE_VALUE) synchronous.add(handle);
  return result;
};

const asking: Wrapper = (native, { name }) => (...args) => {
  waits(name, handleOf(args[0]));
  return native(...args);
};

function waits(name: string, handle: bigint): void {
  if (busy.has(handle)) {
    violation(`${name} waits until another call on its handle ends`);
  }
}

export default {
  name: "a synchronous file object runs one operation at a time",
  source:
    "Raymond Chen, 2013-08-22, devblogs.microsoft.com/oldnewthing/?p=3433: all I/O on a synchronous file handle is serialized",
  natives: {
    CreateFileW: opening,
    CloseHandle: (native) => (...args) => {
      synchronous.delete(handleOf(args[0]));
      return native(...args);
    },
    ReadFile: locking,
    WriteFile: locking,
    PeekNamedPipe: asking,
    GetNamedPipeHandleStateW: asking,
    GetNamedPipeInfo: asking,
    SetNamedPipeHandleState: asking,
    FlushFileBuffers: flushing,
    GetFileSizeEx: asking,
    SetFileInformationByHandle: asking,
  },
} satisfies Rule;
