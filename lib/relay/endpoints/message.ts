/**
 * `message:TITLE` sends `WM_COPYDATA` to a window, `message-listen:TITLE` is a
 * window that receives it.
 *
 * @module
 */

import { listenMessages, sendCopyData } from "../../copy_data/mod.ts";
import type { Connector } from "../channel.ts";
import type { EndpointSpec } from "../endpoint_spec.ts";

export function message({ rest, options }: EndpointSpec): Connector["open"] {
  const { requestTimeout } = options;
  return ({ wait }) => ({
    messageBoundaries: true,
    halfClose: true,
    async send(bytes, signal) {
      const answer = await sendCopyData(rest, bytes, {
        signal,
        timeout: wait ? Infinity : requestTimeout,
        waitForPeer: wait,
      });
      if (answer !== 0) return;
      throw new Deno.errors.ConnectionRefused(
        `The window "${rest}" has refused the message`,
      );
    },
    close() {},
  });
}

export function messageListen({ rest }: EndpointSpec): Connector["open"] {
  return () => {
    const listener = listenMessages({ title: rest });
    return {
      messageBoundaries: true,
      halfClose: true,
      ready: `window ${rest}`,
      receive: async (signal) => (await listener.receive({ signal })).bytes,
      close: () => listener[Symbol.asyncDispose](),
    };
  };
}
