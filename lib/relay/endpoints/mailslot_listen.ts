/**
 * `mailslot-listen:NAME`: a mailslot that it creates.
 *
 * @module
 */

import { objectPath } from "../../io/object/object_path.ts";
import { createMailslot } from "../../mailslot/mod.ts";
import type { Connector } from "../channel.ts";
import type { EndpointSpec } from "../endpoint_spec.ts";

export function mailslotListen(
  { name, rest, options }: EndpointSpec,
): Connector {
  objectPath("mailslot", rest);
  const { sddl } = options;
  return {
    kind: "connect",
    name,
    singleUse: true,
    open() {
      const mailslot = createMailslot(rest, { sddl });
      return {
        messageBoundaries: true,
        halfClose: true,
        ready: mailslot.name,
        receive: (signal) => mailslot.receive({ signal }),
        close: () => mailslot[Symbol.asyncDispose](),
      };
    },
  };
}
