import type { Wrapper } from "../../../lib/win32/binding.ts";
import { violation } from "../native.ts";
import type { Rule } from "../rule.ts";

export default {
  name: "memory is allocated and freed on a heap",
  source: "Microsoft: HeapAlloc, HeapFree (hHeap)",
  natives: { HeapAlloc: onAHeap, HeapFree: onAHeap },
} satisfies Rule;

/** Windows takes the handle for an address, and the process ends. */
function onAHeap(...[native, { name }]: Parameters<Wrapper>): typeof native {
  return (...args) =>
    args[0] === 0n ? violation(`${name} with heap 0`) : native(...args);
}
