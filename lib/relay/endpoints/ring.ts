/**
 * `ring:NAME` is a ring that another program has created, `ring-create:NAME`
 * one that it creates. Both read as FROM and write as TO.
 *
 * @module
 */

import { checkKernelName } from "../../io/object/check_kernel_name.ts";
import {
  createRing,
  openRing,
  RingConsumer,
  type RingProducer,
} from "../../ring/mod.ts";
import type { Channel, Connector } from "../channel.ts";
import type { EndpointSpec } from "../endpoint_spec.ts";

export function ring(
  { rest, side, options }: EndpointSpec,
): Connector["open"] {
  checkKernelName("ring", rest);
  const { sddl } = options;
  const role = roleOf(side);
  return async ({ signal, wait: waitForPeer }) =>
    ringChannel(await openRing(rest, { role, signal, waitForPeer, sddl }));
}

export function ringCreate(
  { rest, side, options }: EndpointSpec,
): Connector["open"] {
  checkKernelName("ring", rest);
  const { capacity, sddl } = options;
  const role = roleOf(side);
  return () => ({
    ...ringChannel(createRing(rest, { role, capacity, sddl })),
    ready: `ring ${rest}`,
  });
}

function roleOf(side: EndpointSpec["side"]): "consumer" | "producer" {
  return side === "from" ? "consumer" : "producer";
}

function ringChannel(end: RingConsumer | RingProducer): Channel {
  const close = () => end[Symbol.asyncDispose]();
  if (end instanceof RingConsumer) {
    return {
      messageBoundaries: true,
      halfClose: false,
      receive: (signal) => end.read({ signal }),
      close,
    };
  }
  return {
    messageBoundaries: true,
    halfClose: true,
    closeDiscards: "unread",
    send: (bytes, signal) => end.write(bytes, { signal }),
    // The end waits until everything is read.
    closeWrite: async (signal) => {
      await end.drained({ signal });
      end.close();
    },
    close,
  };
}
