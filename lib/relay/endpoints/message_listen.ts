/**
 * `message-listen:TITLE`: a window that receives `WM_COPYDATA`.
 *
 * @module
 */

import { listenMessages } from "../../copy_data/mod.ts";
import type { Connector } from "../channel.ts";
import type { Place } from "../place.ts";

export function messageListen({ name, rest }: Place): Connector {
  return {
    kind: "connect",
    name,
    once: true,
    open() {
      const listener = listenMessages({ title: rest });
      return Promise.resolve({
        boundaries: true,
        halves: true,
        ready: `window ${rest}`,
        receive: async (signal: AbortSignal) =>
          (await listener.receive({ signal })).bytes,
        close: () => listener[Symbol.asyncDispose](),
      });
    },
  };
}
