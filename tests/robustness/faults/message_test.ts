import {
  listenMessages,
  type MessageListener,
  sendCopyData,
} from "../../../mod.ts";
import { bytes, text } from "../../support/names.ts";
import "../../support/native.ts";
import { type Cell, ended, matrix } from "./matrix.ts";

const next = (listener: MessageListener) =>
  ended(
    listener.receive({ timeout: 20_000 }),
    ({ bytes }: { bytes: Uint8Array }) => text(bytes),
  );

const CELLS: readonly Cell[] = [
  {
    fault: "a receiver dies before we send",
    dies: true,
    async run({ name, does, kill }) {
      await does("window open");
      await kill();
      return await ended(sendCopyData(name, bytes("x")));
    },
    seen: "NotFound",
  },
  {
    fault: "a receiver dies while it handles our message",
    dies: true,
    async run({ name, does, kill }) {
      await does("window slow");
      const sending = ended(
        sendCopyData(name, bytes("x"), { timeout: 60_000 }),
      );
      await does("window is handling");
      await kill();
      return await sending;
    },
    seen: "BrokenPipe",
  },
  {
    fault: "a receiver answers late",
    dies: true,
    async run({ name, does }) {
      await does("window slow");
      return await ended(sendCopyData(name, bytes("x"), { timeout: 100 }));
    },
    seen: "TimeoutError",
  },
  {
    fault: "a receiver closes before we send",
    async run({ name, does }) {
      await does("window open");
      await does("window close");
      return await ended(sendCopyData(name, bytes("x")));
    },
    seen: "NotFound",
  },
  {
    fault: "a sender dies after its message",
    dies: true,
    async run({ name, does, kill }) {
      await using listener = listenMessages({ title: name });
      await does("window send");
      await kill();
      return await next(listener);
    },
    seen: "whole",
  },
  {
    fault: "a sender dies while we handle its message",
    dies: true,
    async run({ name, does, kill }) {
      const { promise: come, resolve } = Promise.withResolvers<void>();
      const { promise: go, resolve: answer } = Promise.withResolvers<number>();
      await using _listener = listenMessages({ title: name }, () => {
        resolve();
        return go;
      });
      await does("window send and wait");
      await come;
      await kill();
      answer(7);
      return `the next one gets ${await sendCopyData(name, bytes("x"))}`;
    },
    seen: "the next one gets 7",
  },
  {
    fault: "a sender sends much",
    async run({ name, does }) {
      await using listener = listenMessages({ title: name });
      await does("window send much");
      return String((await listener.receive()).bytes.byteLength);
    },
    seen: "700000",
  },
  {
    fault: "a sender sends in a loop",
    async run({ name, does }) {
      await using listener = listenMessages({ title: name });
      await does("window loop");
      const received: string[] = [];
      for (let i = 0; i < 60; i++) received.push(await next(listener));
      return received.every((text, i) => text === `${i}`) ? "in order" : "not";
    },
    seen: "in order",
  },
];

matrix("window messages", CELLS);
