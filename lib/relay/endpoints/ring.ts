/**
 * `ring:NAME`: a ring that another program has created.
 *
 * @module
 */

import { checkKernelName } from "../../io/object/check_kernel_name.ts";
import {
  openRing,
  type RingConsumer,
  type RingProducer,
} from "../../ring/mod.ts";
import type { Channel, Connector } from "../channel.ts";
import type { EndpointSpec } from "../endpoint_spec.ts";

/** Creates the end: it reads as FROM and writes as TO. */
export function ring({ name, rest, side, options }: EndpointSpec): Connector {
  checkKernelName("ring", rest);
  const { sddl } = options;
  return {
    kind: "connect",
    name,
    singleUse: true,
    async open({ signal, wait: waitForPeer }) {
      const how = { signal, waitForPeer, sddl };
      return side === "from"
        ? consumerChannel(await openRing(rest, { ...how, role: "consumer" }))
        : producerChannel(await openRing(rest, { ...how, role: "producer" }));
    },
  };
}

/** Receives from a ring. */
export function consumerChannel(end: RingConsumer): Channel {
  return {
    messageBoundaries: true,
    halfClose: false,
    receive: (signal) => end.read({ signal }),
    close: () => end[Symbol.asyncDispose](),
  };
}

/** Sends to a ring. Its end waits until everything is read. */
export function producerChannel(end: RingProducer): Channel {
  return {
    messageBoundaries: true,
    halfClose: true,
    closeDiscards: "unread",
    send: (bytes, signal) => end.write(bytes, { signal }),
    closeWrite: async (signal) => {
      await end.drained({ signal });
      end.close();
    },
    close: () => end[Symbol.asyncDispose](),
  };
}
