import { fn } from "../../../lib/win32/table.ts";
import { messageAt } from "../messages.ts";
import { handleOf, natives, violation } from "../native.ts";
import type { Rule } from "../rule.ts";

const WM_DDE_TERMINATE = 0x3e1;
/** How long to wait for the confirmation, less a tick. */
const CONFIRM_MS = 980;

/** When our windows ended conversations, by the windows of both sides. */
const unconfirmed = new Map<string, number>();
const confirmed = new Set<string>();

const user32 = natives("user32.dll", {
  IsWindow: fn("(hWnd: usize): i32"),
});

function keyOf(own: unknown, partner: unknown): string {
  return [own, partner].map((handle) => BigInt.asUintN(32, handleOf(handle)))
    .join(" ");
}

export default {
  name:
    "what is posted to a window of DDE that is gone, before the other side has confirmed the end, is never freed",
  source:
    "Microsoft: WM_DDE_TERMINATE, Remarks: what arrives while waiting for confirmation is to be deleted",
  natives: {
    PostMessageW: (native) => (...args) => {
      const posted = native(...args);
      const [partner, message, own] = args;
      if (message !== WM_DDE_TERMINATE || posted === 0) return posted;
      const key = keyOf(own, partner);
      if (!confirmed.delete(key)) unconfirmed.set(key, performance.now());
      return posted;
    },
    DispatchMessageW: (native) => (...args) => {
      const received = messageAt(args[0]);
      if (received?.message === WM_DDE_TERMINATE) {
        const key = keyOf(received.window, received.wParam);
        if (!unconfirmed.delete(key)) confirmed.add(key);
      }
      return native(...args);
    },
    DestroyWindow: (native) => (window) => {
      for (const [key, since] of unconfirmed) {
        const [own, partner] = key.split(" ").map(BigInt);
        if (own !== BigInt.asUintN(32, handleOf(window))) continue;
        unconfirmed.delete(key);
        const waited = performance.now() - since >= CONFIRM_MS;
        if (waited || !user32()?.IsWindow(partner!)) continue;
        violation("a window of DDE is gone before the end was confirmed");
      }
      return native(window);
    },
  },
} satisfies Rule;
