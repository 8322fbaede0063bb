import { failWith } from "../native.ts";
import type { Rule } from "../rule.ts";
import { ERROR } from "../../../lib/win32/error_codes.ts";

const SMTO_ABORTIFHUNG = 2;
const EVERY = 5;

let sends = 0;

export default {
  name:
    "SMTO_ABORTIFHUNG fails at once for a thread that is on its way to its messages: every fifth time here",
  source: "wine-mirror/wine server/queue.c: is_queue_hung, send_message",
  natives: {
    SendMessageTimeoutW: (native, { declaration }) => (...args) => {
      const aborts = (Number(args[4]) & SMTO_ABORTIFHUNG) !== 0;
      if (!aborts || ++sends % EVERY !== 0) return native(...args);
      if (declaration.nonblocking) return Promise.resolve(0n);
      return failWith(ERROR.ERROR_TIMEOUT, 0n);
    },
  },
} satisfies Rule;
