/**
 * `mailslot:NAME` sends to a mailslot, `mailslot-listen:NAME` creates one.
 *
 * @module
 */

import { objectPath } from "../../io/object/object_path.ts";
import { createMailslot, openMailslot } from "../../mailslot/mod.ts";
import type { Connector, OpenOptions } from "../channel.ts";
import type { EndpointSpec } from "../endpoint_spec.ts";

export function mailslot({ rest }: EndpointSpec): Connector["open"] {
  objectPath("mailslot", rest);
  const opened = ({ signal, wait }: OpenOptions) =>
    openMailslot(rest, { signal, waitForPeer: wait });
  return async ({ signal, wait }) => {
    await using _there = await opened({ signal, wait });
    return {
      messageBoundaries: true,
      halfClose: true,
      // Opened for each message: under Wine, an open handle keeps a mailslot
      // alive after its reader has closed. The mailslot then takes messages
      // that are never read, and blocks the name for the next reader.
      async send(bytes, signal) {
        await using sender = await opened({ signal, wait });
        await sender.send(bytes, { signal });
      },
      close() {},
    };
  };
}

export function mailslotListen(
  { rest, options }: EndpointSpec,
): Connector["open"] {
  objectPath("mailslot", rest);
  const { sddl } = options;
  return () => {
    const mailslot = createMailslot(rest, { sddl });
    return {
      messageBoundaries: true,
      halfClose: true,
      ready: mailslot.name,
      receive: (signal) => mailslot.receive({ signal }),
      close: () => mailslot[Symbol.asyncDispose](),
    };
  };
}
