/** What goes wrong at the other side of window messages and DDE. */

import {
  listenMessages,
  type MessageListener,
  sendCopyData,
} from "../../../../lib/copy_data/mod.ts";
import {
  connectDde,
  type DdeConversation,
  type DdeServer,
  serveDde,
} from "../../../../lib/dde/mod.ts";
import { WindowLoop } from "../../../dde/peers/raw_window.ts";
import { bytes, pattern } from "../../../support/names.ts";
import { type Action, keep, kept, lateAnswer, LOOPS, never } from "./held.ts";

const WM_DDE_ADVISE = 0x3e2;
const WM_DDE_REQUEST = 0x3e6;
const WM_DDE_POKE = 0x3e7;

/** That a message has come which nobody answers. */
const handling = Promise.withResolvers<void>();

/** By their names. */
export const WINDOWS: Readonly<Record<string, Action>> = {
  "window open": (name) => void keep(name, listenMessages({ title: name })),
  "window slow": (name) =>
    void keep(
      name,
      listenMessages(
        { title: name, answerTimeout: 60_000 },
        () => {
          handling.resolve();
          return new Promise<number>(() => {});
        },
      ),
    ),
  "window is handling": () => handling.promise,
  "window close": (name) => kept<MessageListener>(name).close(),
  "window send": (name) => sendCopyData(name, bytes("whole")),
  "window send much": (name) => sendCopyData(name, pattern(700_000)),
  "window send and wait"(name) {
    sendCopyData(name, bytes("whole")).catch(() => {});
  },
  async "window loop"(name) {
    for (let i = 0; i < LOOPS; i++) {
      await sendCopyData(name, bytes(String(i)));
    }
  },

  "dde serve": (name) =>
    void keep(
      name,
      serveDde(name, {
        topics: {
          topic: {
            items: {
              item: "whole",
              slow: { request: never },
              late: { request: () => lateAnswer<string>(name).promise },
            },
          },
        },
      }),
    ),
  "dde end": (name) => kept<DdeServer>(name).close(),
  "dde answer": (name) => lateAnswer(name).resolve("late"),
  async "dde connect"(name) {
    keep(name, await connectDde(name, "topic"));
  },
  "dde poke": (name) => talk(name).poke("taken", "whole"),
  "dde ask"(name) {
    talk(name).request("slow", { timeout: 60_000 }).catch(() => {});
  },
  async "dde loop"(name) {
    for (let i = 0; i < LOOPS; i++) {
      await using talk = await connectDde(name, "topic");
      if (i % 10 === 0) await talk.request("item");
    }
  },
  "dde garbage"(name) {
    const raw = new WindowLoop(() => {});
    const server = raw.initiate(name, "topic");
    const item = raw.atom("item");
    for (const message of [WM_DDE_ADVISE, WM_DDE_POKE]) {
      raw.send(server, message, 0xdead_beefn);
      raw.post(server, message, raw.handle, 0xdead_0000n, 0xfffen);
      raw.post(server, message, raw.handle, raw.memory([0, 0, 255]), item);
    }
    raw.post(server, WM_DDE_REQUEST, raw.handle, 999n, raw.atom("the end"));
    raw.until("the end");
  },
};

function talk(name: string): DdeConversation {
  return kept(name);
}
