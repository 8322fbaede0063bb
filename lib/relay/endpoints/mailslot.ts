/**
 * `mailslot:NAME`: sends to a mailslot.
 *
 * @module
 */

import { objectPath } from "../../io/name.ts";
import { openMailslot } from "../../mailslot.ts";
import type { Connector } from "../channel.ts";
import type { Place } from "../schemes.ts";

/** The end for what was typed. */
export function mailslot({ name, rest }: Place): Connector {
  objectPath("mailslot", rest);
  return {
    kind: "connect",
    name,
    once: false,
    async open({ signal, wait }) {
      const sender = await openMailslot(rest, { signal, waitForReader: wait });
      return {
        boundaries: true,
        halves: true,
        send: (bytes, signal) => sender.send(bytes, { signal }),
        close: () => sender[Symbol.asyncDispose](),
      };
    },
  };
}
