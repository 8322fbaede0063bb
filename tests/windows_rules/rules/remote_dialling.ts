import type { Wrapper } from "../../../lib/win32/binding.ts";
import { fromUtf16 } from "../../../lib/win32/utf16.ts";
import { bytesOf, violation } from "../native.ts";
import type { Rule } from "../rule.ts";

/** A pipe or a mailslot by the name of a computer; files have no other way. */
const REMOTE = /^\\\\(?![.?]\\)[^\\]+\\(?:pipe|mailslot)\\/i;

const refuse: Wrapper = (native, { name, declaration }) => (...args) => {
  const path = args[0] === null ? "" : fromUtf16(bytesOf(args[0]));
  if (REMOTE.test(path) && !declaration.nonblocking) {
    violation(
      `${name} of "${path}" may hold the thread for 20 s and longer while Windows dials`,
    );
  }
  return native(...args);
};

export default {
  name: "what is on another computer is not dialled on the isolate's thread",
  source:
    "Microsoft KB Q242528, Time-Out to Unreachable Computers Is Excessive: less than a minute is to be expected",
  natives: {
    CreateFileW: refuse,
    WaitNamedPipeW: refuse,
    CallNamedPipeW: refuse,
  },
} satisfies Rule;
