import { createMailslot, type Mailslot, openMailslot } from "../../../mod.ts";
import { UNDER_WINE } from "../../support/system.ts";
import { WINDOWS_RULES } from "../../support/windows_rules.ts";
import { bytes, checksum, pattern, text } from "../../support/names.ts";
import "../../support/native.ts";
import { type Cell, ended, matrix } from "./matrix.ts";

/** Wine keeps a mailslot while a sender has it open, and tells nothing. */
const READER_GONE = UNDER_WINE && !WINDOWS_RULES ? "not told" : "BrokenPipe";

const next = (slot: Mailslot) => ended(slot.receive({ timeout: 20_000 }), text);

const CELLS: readonly Cell[] = [
  {
    fault: "a sender dies before it sends",
    dies: true,
    async run({ name, does, kill }) {
      await using slot = createMailslot(name);
      await does("nothing");
      const receiving = next(slot);
      await kill();
      await using sender = await openMailslot(name);
      await sender.send(bytes("of another"));
      return await receiving;
    },
    seen: "of another",
  },
  {
    fault: "a sender dies after its message",
    dies: true,
    async run({ name, does, kill }) {
      await using slot = createMailslot(name);
      await does("mailslot send");
      await kill();
      return await next(slot);
    },
    seen: "whole",
  },
  {
    fault: "the reader dies before we open it",
    dies: true,
    async run({ name, does, kill }) {
      await does("mailslot create");
      await kill();
      return await ended(openMailslot(name));
    },
    seen: "NotFound",
  },
  {
    fault: "the reader dies between our messages",
    dies: true,
    async run({ name, does, kill }) {
      await does("mailslot create");
      await using sender = await openMailslot(name);
      await sender.send(bytes("lost with its reader"));
      await kill();
      return await ended(sender.send(bytes("told")), () => "not told");
    },
    seen: READER_GONE,
  },
  {
    fault: "the reader closes between our messages",
    async run({ name, does }) {
      await does("mailslot create");
      await using sender = await openMailslot(name);
      await does("mailslot close");
      return await ended(sender.send(bytes("told")), () => "not told");
    },
    seen: READER_GONE,
  },
  {
    fault: "the reader never reads",
    async run({ name, does }) {
      await does("mailslot create");
      await using sender = await openMailslot(name);
      for (let i = 0; i < 200; i++) await sender.send(pattern(1000));
      return "all are kept for it";
    },
    seen: "all are kept for it",
  },
  {
    fault: "a sender sends late",
    async run({ name, does }) {
      await using slot = createMailslot(name);
      const first = await ended(slot.receive({ timeout: 50 }));
      await does("mailslot send");
      return `${first}, then ${await next(slot)}`;
    },
    seen: "TimeoutError, then whole",
  },
  {
    fault: "a sender sends too much",
    async run({ name, does }) {
      await using slot = createMailslot(name);
      await does("mailslot send much");
      let right = 0;
      for (let i = 0; i < 500; i++) {
        const message = await slot.receive({ timeout: 20_000 });
        right += Number(checksum(message) === checksum(pattern(1000, i)));
      }
      return `${right} in their order`;
    },
    seen: "500 in their order",
  },
  {
    fault: "senders come and go in a loop",
    async run({ name, does }) {
      await using slot = createMailslot(name);
      await does("mailslot loop");
      const received: string[] = [];
      while (slot.info().count > 0) received.push(await next(slot));
      return `${received.length} times ${received[0]}`;
    },
    seen: "6 times whole",
  },
];

matrix("mailslot", CELLS);
