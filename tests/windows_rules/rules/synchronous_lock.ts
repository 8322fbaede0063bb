import type { Wrapper } from "../../../lib/win32/binding.ts";
import { handleOf, type Nonblocking, violation } from "../native.ts";
import type { Rule } from "../rule.ts";

/** Handles on which another thread is in a call without OVERLAPPED. */
const busy = new Map<bigint, number>();

/** The calls that move data, whose last argument is the OVERLAPPED. */
const locking: Wrapper = (native, { name, declaration }) => (...args) => {
  const handle = handleOf(args[0]);
  if (!declaration.nonblocking) {
    waits(name, handle);
    return native(...args);
  }
  if (handleOf(args.at(-1)) !== 0n) return native(...args);
  waits(name, handle);
  busy.set(handle, (busy.get(handle) ?? 0) + 1);
  return (native as Nonblocking)(...args).finally(() => {
    const left = busy.get(handle)! - 1;
    if (left > 0) busy.set(handle, left);
    else busy.delete(handle);
  });
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
    ReadFile: locking,
    WriteFile: locking,
    PeekNamedPipe: asking,
    GetNamedPipeHandleStateW: asking,
    GetNamedPipeInfo: asking,
    SetNamedPipeHandleState: asking,
  },
} satisfies Rule;
