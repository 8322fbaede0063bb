/**
 * `mailslot:NAME`: sends to a mailslot.
 *
 * @module
 */

import { objectPath } from "../../io/name.ts";
import { openMailslot } from "../../mailslot/mod.ts";
import type { Connector, OpenOptions } from "../channel.ts";
import type { Place } from "../place.ts";

export function mailslot({ name, rest }: Place): Connector {
  objectPath("mailslot", rest);
  const opened = ({ signal, wait }: OpenOptions) =>
    openMailslot(rest, { signal, waitForReader: wait });
  return {
    kind: "connect",
    name,
    once: false,
    async open({ signal, wait }) {
      await using _there = await opened({ signal, wait });
      return {
        boundaries: true,
        halves: true,
        // Opened for each message: under Wine a mailslot that somebody has open
        // outlives its reader, takes messages that nobody will read, and keeps
        // the name from the next reader.
        async send(bytes, signal) {
          await using sender = await opened({ signal, wait });
          await sender.send(bytes, { signal });
        },
        close() {},
      };
    },
  };
}
