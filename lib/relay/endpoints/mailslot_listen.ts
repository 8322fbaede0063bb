/**
 * `mailslot-listen:NAME`: a mailslot that it creates.
 *
 * @module
 */

import { objectPath } from "../../io/object/object_path.ts";
import { createMailslot } from "../../mailslot/mod.ts";
import type { Connector } from "../channel.ts";
import type { Place } from "../place.ts";

export function mailslotListen({ name, rest, options }: Place): Connector {
  objectPath("mailslot", rest);
  const { sddl } = options;
  return {
    kind: "connect",
    name,
    once: true,
    open() {
      const mailslot = createMailslot(rest, { sddl });
      return Promise.resolve({
        boundaries: true,
        halves: true,
        ready: mailslot.name,
        receive: (signal: AbortSignal) => mailslot.receive({ signal }),
        close: () => mailslot[Symbol.asyncDispose](),
      });
    },
  };
}
