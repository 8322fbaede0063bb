import type { Wrapper } from "../../../lib/win32/binding.ts";
import { violation } from "../native.ts";
import type { Rule } from "../rule.ts";

/** So many calls that run window procedures, one within the other. Microsoft gives no number. */
const MAX_DEPTH = 12;

/** Those under way on this thread. */
let depth = 0;

const counted: Wrapper = (native, { name, declaration }) =>
  declaration.nonblocking ? native : (...args) => {
    if (depth >= MAX_DEPTH) {
      violation(`${name} is call ${depth + 1} within others: messages vanish`);
    }
    depth++;
    try {
      return native(...args);
    } finally {
      depth--;
    }
  };

export default {
  name: "sent messages are handled one within the other up to a depth only",
  source:
    "Microsoft, KB 2664641: Recursive calls to window manager functions may fail unexpectedly",
  natives: {
    GetMessageW: counted,
    PeekMessageW: counted,
    SendMessageTimeoutW: counted,
  },
} satisfies Rule;
