/**
 * `ring-create:NAME`: a ring that it creates.
 *
 * @module
 */

import { checkKernelName } from "../../io/object/check_kernel_name.ts";
import { createRing } from "../../ring/mod.ts";
import type { Connector } from "../channel.ts";
import type { EndpointSpec } from "../endpoint_spec.ts";
import { consumerChannel, producerChannel } from "./ring.ts";

/** Creates the end: it reads as FROM and writes as TO. */
export function ringCreate(
  { name, rest, side, options }: EndpointSpec,
): Connector {
  checkKernelName("ring", rest);
  const { capacity, sddl } = options;
  return {
    kind: "connect",
    name,
    singleUse: true,
    open() {
      const how = { capacity, sddl };
      const channel = side === "from"
        ? consumerChannel(createRing(rest, { ...how, role: "consumer" }))
        : producerChannel(createRing(rest, { ...how, role: "producer" }));
      return { ...channel, ready: `ring ${rest}` };
    },
  };
}
