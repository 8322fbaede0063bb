/**
 * The grammar of `winipc mailslot`.
 *
 * @module
 */
import type { Common } from "../../arguments/global_options.ts";
import type { Group } from "../../arguments/grammar.ts";

export interface MailslotRead {
  readonly kind: "mailslot read";
  readonly name: string;
  /** The text that ends it; "" for none. */
  readonly until: string;
  /** The longest message to take; 0 for any. */
  readonly maxSize: number;
  readonly common: Common;
}

export interface MailslotWrite {
  readonly kind: "mailslot write";
  readonly name: string;
  /** The messages; none for the lines of stdin. */
  readonly messages: readonly string[];
  readonly common: Common;
}

const READ_HELP = `winipc mailslot read [NAME=Name] [options]

  winipc mailslot read                   prints what comes, up to "Exit"
  winipc mailslot read jobs --count 1    takes one message
  winipc mailslot read jobs --until ""   never ends by itself

Creates the mailslot \\\\.\\mailslot\\NAME and prints each message on a line of
its own. Exit code 1 when the name is taken. Text ends before the NULs at its end,
which programs in C send; --hex and --raw keep them.

  --until TEXT   end at the message that is TEXT, which is not printed (Exit)
  --max-size N   refuse messages longer than N bytes (0: any length)

With --json each message is
  {"event":"message","text":"hi","bytes":2,"at":"2026-01-31T12:00:00.123456Z"}
and with --hex it has "hex" in the place of "text".
`;

const WRITE_HELP = `winipc mailslot write [NAME=Name] [MESSAGE...] [options]

  winipc mailslot write                  sends the lines that are typed
  winipc mailslot write jobs one two     sends two messages
  winipc mailslot write Name Exit        ends a "mailslot read"
  type list.txt | winipc mailslot write jobs

Waits for the mailslot \\\\.\\mailslot\\NAME up to --timeout (10000 ms), and sends
each MESSAGE, or each line of stdin. The end of stdin sends nothing more.
NAME may be whole: \\\\computer\\mailslot\\name, \\\\*\\mailslot\\name.
With --timeout 0 it does not wait (exit code 3 where there is no mailslot).

With --json each message that was sent is
  {"event":"sent","text":"hi","bytes":2,"at":"2026-01-31T12:00:00.123456Z"}
`;

const HELP = `winipc mailslot: one reader, many writers, one message a write

  winipc mailslot read          in one console
  winipc mailslot write         in another: type lines, and Exit

  mailslot read  [NAME=Name] [--until TEXT=Exit] [--max-size N]
  mailslot write [NAME=Name] [MESSAGE...]

"winipc mailslot read --help" tells more of each.
`;

export const MAILSLOT: Group<MailslotRead | MailslotWrite> = {
  help: HELP,
  verbs: {
    read: {
      help: READ_HELP,
      values: ["until", "max-size"],
      read(args, common) {
        args.atMost(1);
        return {
          kind: "mailslot read",
          name: args.operands[0] ?? "Name",
          until: args.text("until") ?? "Exit",
          maxSize: args.integer("max-size", 0) ?? 0,
          common,
        };
      },
    },
    write: {
      help: WRITE_HELP,
      read(args, common) {
        const [name = "Name", ...messages] = args.operands;
        return { kind: "mailslot write", name, messages, common };
      },
    },
  },
};
