import { readClipboard, writeClipboard } from "../../../mod.ts";
import "../../support/native.ts";
import { type Cell, ended, matrix } from "./matrix.ts";

const SHORT = { timeout: 50 };
const LONG = { timeout: 20_000 };

async function textOnIt(): Promise<string> {
  return String((await readClipboard(LONG)).text);
}

// There is one clipboard for all, so one scene runs after the other.
const CELLS: readonly Cell[] = [
  {
    fault: "its holder is killed while it has it open",
    dies: true,
    async run({ does, kill }) {
      await does("clipboard hold");
      const held = await ended(writeClipboard("mine", SHORT));
      await kill();
      await writeClipboard("mine", LONG);
      return `${held}, then ${await textOnIt()}`;
    },
    seen: "TimeoutError, then mine",
  },
  {
    fault: "its holder is slow",
    async run({ does }) {
      await does("clipboard hold");
      const writing = writeClipboard("mine", LONG);
      await does("clipboard release");
      await writing;
      return await textOnIt();
    },
    seen: "mine",
  },
  {
    fault: "its holder never closes it",
    dies: true,
    async run({ does }) {
      await does("clipboard hold");
      const reading = await ended(readClipboard(SHORT));
      return `${reading}, ${await ended(writeClipboard("mine", SHORT))}`;
    },
    seen: "TimeoutError, TimeoutError",
  },
  {
    fault: "others open and close it in a loop",
    async run({ does }) {
      await writeClipboard("mine", LONG);
      const looping = does("clipboard loop");
      let right = 0;
      for (let i = 0; i < 20; i++) {
        await writeClipboard(`mine ${i}`, LONG);
        right += Number(await textOnIt() === `mine ${i}`);
      }
      await looping;
      return `${right} of 20`;
    },
    seen: "20 of 20",
  },
  {
    fault: "another puts garbage in every form on it",
    async run({ does }) {
      await does("clipboard garbage");
      const { text, html, files } = await readClipboard(LONG);
      return [text, typeof html, files?.join()].map(String).join(", ");
    },
    seen: "w, string, ",
  },
  {
    fault: "its owner dies after it has written",
    dies: true,
    async run({ does, kill }) {
      await does("clipboard write");
      await kill();
      return await textOnIt();
    },
    seen: "whole",
  },
  {
    fault: "its owner dies before it makes what it has promised",
    dies: true,
    async run({ does, kill }) {
      await does("clipboard promise");
      await kill();
      const promised = await textOnIt();
      await writeClipboard("mine", LONG);
      return `${promised}, then ${await textOnIt()}`;
    },
    seen: "undefined, then mine",
  },
  {
    fault: "its owner hangs, and makes nothing of what it has promised",
    dies: true,
    async run({ does, kill }) {
      await does("clipboard promise");
      const reading = await ended(readClipboard(SHORT));
      const writing = await ended(writeClipboard("mine", SHORT));
      await kill();
      await writeClipboard("mine", LONG);
      return `${reading}, ${writing}, then ${await textOnIt()}`;
    },
    seen: "TimeoutError, TimeoutError, then mine",
  },
];

matrix("clipboard", CELLS, { workers: 1 });
