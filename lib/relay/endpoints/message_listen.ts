/**
 * `message-listen:TITLE`: a window that receives `WM_COPYDATA`.
 *
 * @module
 */

import { listenMessages } from "../../copy_data/mod.ts";
import type { Connector } from "../channel.ts";
import type { EndpointSpec } from "../endpoint_spec.ts";

export function messageListen({ name, rest }: EndpointSpec): Connector {
  return {
    kind: "connect",
    name,
    singleUse: true,
    open() {
      const listener = listenMessages({ title: rest });
      return {
        messageBoundaries: true,
        halfClose: true,
        ready: `window ${rest}`,
        receive: async (signal) => (await listener.receive({ signal })).bytes,
        close: () => listener[Symbol.asyncDispose](),
      };
    },
  };
}
