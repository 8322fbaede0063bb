/** Objects, each with a wait for what does not come. */

import {
  connectPipe,
  connectSocket,
  createEvent,
  createMailslot,
  createRing,
  listenMessages,
  listenPipe,
  listenSocket,
  openRing,
  waitFor,
  type WaitOptions,
} from "../../../mod.ts";
import { uniqueName } from "../../support/names.ts";

/** A wait, and how its object stops to keep the program alive. */
export interface Waiter {
  wait(options: WaitOptions): Promise<unknown>;
  unref(): void;
}

/**
 * Makes them. Nothing else keeps the program alive; but once something waits,
 * the instances of an earlier listener are pending operations.
 */
export const WAITERS: Readonly<Record<string, () => Waiter | Promise<Waiter>>> =
  {
    async "pipe accept, all instances taken"() {
      const listener = listenPipe(uniqueName(), { maxInstances: 1 });
      // Dropped connections would be closed.
      kept.push(await connectPipe(listener.name), await listener.accept());
      return {
        wait: (options) => listener.accept(options),
        unref: () => listener.unref(),
      };
    },
    "pipe accept"() {
      const listener = listenPipe(uniqueName());
      return {
        wait: (options) => listener.accept(options),
        unref: () => listener.unref(),
      };
    },
    async "pipe read"() {
      const listener = listenPipe(uniqueName());
      const client = await connectPipe(listener.name);
      kept.push(await listener.accept());
      return {
        wait: (options) => client.read(new Uint8Array(1), options),
        unref: () => client.unref(),
      };
    },
    "mailslot receive"() {
      const slot = createMailslot(uniqueName());
      return {
        wait: (options) => slot.receive(options),
        unref: () => slot.unref(),
      };
    },
    event() {
      const event = createEvent(null);
      return {
        wait: (options) => waitFor(event, options),
        unref: () => event.unref(),
      };
    },
    async "ring read"() {
      const name = uniqueName();
      kept.push(createRing(name, { capacity: 64 }));
      const consumer = await openRing(name);
      return {
        wait: (options) => consumer.read(options),
        unref: () => consumer.unref(),
      };
    },
    "message receive"() {
      const listener = listenMessages({ title: uniqueName() });
      return {
        wait: (options) => listener.receive(options),
        unref: () => listener.unref(),
      };
    },
    async "socket accept"() {
      const listener = await listenSocket();
      return {
        wait: (options) => listener.accept(options),
        unref: () => listener.unref(),
      };
    },
    async "udp accept"() {
      const listener = await listenSocket(0, { transport: "udp" });
      return {
        wait: (options) => listener.accept(options),
        unref: () => listener.unref(),
      };
    },
    async "udp read"() {
      const client = await connectSocket(1, { transport: "udp" });
      return {
        wait: (options) => client.read(new Uint8Array(1), options),
        unref: () => client.unref(),
      };
    },
    async "socket read"() {
      const listener = await listenSocket();
      const client = await connectSocket(listener.local.port);
      kept.push(await listener.accept());
      listener.unref();
      return {
        wait: (options) => client.read(new Uint8Array(1), options),
        unref: () => client.unref(),
      };
    },
  };

const kept: unknown[] = [];
