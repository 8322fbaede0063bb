/**
 * The commands of `winipc mailslot`.
 *
 * @module
 */
import { command, group, type InputOf } from "../../arguments/spec.ts";
import { content } from "../../text/events.ts";

const NAME = { label: "NAME", fallback: "Name" } as const;

const READ = command({
  operands: { name: NAME },
  options: {
    // "" ends nothing.
    until: {
      label: "TEXT",
      fallback: "Exit",
      help: "end at the message TEXT, which is not printed (Exit)",
    },
    maxSize: {
      label: "N",
      min: 0,
      fallback: 0,
      help: "refuse messages longer than N bytes (0: any length)",
    },
  },
  events: { message: content() },
  help: `  winipc mailslot read                   prints messages, up to "Exit"
  winipc mailslot read jobs --count 1    takes one message
  winipc mailslot read jobs --until=""   never ends by itself

Creates the mailslot \\\\.\\mailslot\\NAME and prints each message on its own line.
Exit code 1 if the name is taken. NULs at the end of a text, which programs in C
send, are dropped; --hex and --raw keep them.`,
});
export type MailslotRead = InputOf<typeof READ>;

const WRITE = command({
  // Without messages the lines of stdin are sent.
  operands: { name: NAME, messages: { label: "MESSAGE", rest: true } },
  events: { sent: content() },
  help: `  winipc mailslot write                  sends typed lines
  winipc mailslot write jobs one two     sends two messages
  winipc mailslot write Name Exit        ends a "mailslot read"
  type list.txt | winipc mailslot write jobs

Waits for the mailslot \\\\.\\mailslot\\NAME up to --timeout (10000 ms), and sends
each MESSAGE, or each line of stdin. The end of stdin sends no message.
NAME may be a full path: \\\\computer\\mailslot\\name, \\\\*\\mailslot\\name.
With --timeout 0 it does not wait (exit code 3 if there is no mailslot).`,
});
export type MailslotWrite = InputOf<typeof WRITE>;

export const MAILSLOT = group(
  `one reader, many writers, one message per write

  winipc mailslot read          in one console
  winipc mailslot write         in another: type lines, and Exit`,
  { read: READ, write: WRITE },
);
