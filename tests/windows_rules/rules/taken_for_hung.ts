import { failWith, handleOf } from "../native.ts";
import type { Rule } from "../rule.ts";
import { ERROR } from "../../../lib/win32/error_codes.ts";

const SMTO_ABORTIFHUNG = 2;
const WM_DDE_ACK = 0x3e4;
const EVERY = 5;

let sends = 0;
/** The windows of such threads, of which IsHungAppWindow says so, too, once. */
const woken = new Set<bigint>();

export default {
  name:
    "SMTO_ABORTIFHUNG fails at once for a thread that is on its way to its messages: every fifth time here",
  source: "wine-mirror/wine server/queue.c: is_queue_hung, send_message",
  natives: {
    SendMessageTimeoutW: (native, { declaration }) => (...args) => {
      const aborts = (Number(args[4]) & SMTO_ABORTIFHUNG) !== 0;
      if (!aborts || ++sends % EVERY !== 0) return native(...args);
      // One that waits for an answer waits for messages.
      if (args[1] !== WM_DDE_ACK) woken.add(handleOf(args[0]));
      if (declaration.nonblocking) return Promise.resolve(0n);
      return failWith(ERROR.ERROR_TIMEOUT, 0n);
    },
    IsHungAppWindow: (native) => (window) =>
      woken.delete(handleOf(window)) ? 1 : native(window),
  },
} satisfies Rule;
