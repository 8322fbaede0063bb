/**
 * `message:TITLE`: sends `WM_COPYDATA` to a window.
 *
 * @module
 */

import { sendCopyData } from "../../copy_data/mod.ts";
import type { Connector } from "../channel.ts";
import type { EndpointSpec } from "../endpoint_spec.ts";

export function message({ name, rest, options }: EndpointSpec): Connector {
  const { requestTimeout } = options;
  return {
    kind: "connect",
    name,
    singleUse: false,
    open: ({ wait }) => ({
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
    }),
  };
}
