import type { Wrapper } from "../../../lib/win32/binding.ts";
import type { Rule } from "../rule.ts";

/** The period of Windows' clock interrupt, unless a process raises the rate. */
const TICK_MS = 1000 / 64;
const INFINITE = 0xffff_ffff;

export default {
  name: "a wait that times out ends at a tick of the clock, 15.6 ms apart",
  source:
    "Microsoft: Wait Functions and Timeouts; Sleep, remarks: the system clock ticks at a constant rate, " +
    "and a time-out ends at a tick",
  natives: {
    WaitForSingleObject: untilTick(1),
    WaitForMultipleObjects: untilTick(3),
    MsgWaitForMultipleObjectsEx: untilTick(2),
    GetQueuedCompletionStatusEx: untilTick(4),
    SleepConditionVariableSRW: untilTick(2),
    Sleep: untilTick(0),
  },
} satisfies Rule;

/** The native with its timeout at `index` put off to the next tick. A wait of no time stays one. */
function untilTick(index: number): Wrapper {
  return (native) => (...args) => {
    const timeout = Number(args[index]);
    if (timeout > 0 && timeout < INFINITE - TICK_MS) {
      const now = performance.now();
      const tick = Math.ceil((now + timeout) / TICK_MS) * TICK_MS;
      args[index] = Math.ceil(tick - now);
    }
    return native(...args);
  };
}
