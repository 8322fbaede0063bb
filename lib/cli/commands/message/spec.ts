/**
 * The grammar of `winipc message`.
 *
 * @module
 */
import type { Arguments } from "../../arguments/arguments.ts";
import type { Common } from "../../arguments/global_options.ts";
import type { Group } from "../../arguments/grammar.ts";
import { UsageError } from "../../arguments/usage_error.ts";

export interface MessageListen {
  readonly kind: "message listen";
  readonly title: string;
  readonly common: Common;
}

export interface MessageSend {
  readonly kind: "message send";
  /** A title, or a handle. */
  readonly target: string | number;
  readonly tag: bigint;
  /** The texts; none for the lines of stdin. */
  readonly messages: readonly string[];
  readonly common: Common;
}

export interface MessageWindows {
  readonly kind: "message windows";
  readonly common: Common;
}

export type MessageCommand = MessageListen | MessageSend | MessageWindows;

/** The article's window. */
const TITLE = "Client";
/** What window messages carry, unless `--encoding` says otherwise. */
export const MESSAGE_ENCODING = "utf-16le";

const LISTEN_HELP = `winipc message listen [--title T=Client] [options]

  winipc message listen                     prints what comes to "Client"
  winipc message listen --title jobs --count 1
  winipc message listen --encoding utf-8    where senders write UTF-8

Opens a hidden window with the title T and prints each WM_COPYDATA that it
receives on a line of its own. Senders get the answer 1. Text is UTF-16 here
(--encoding utf-16le).

  --title T      the window's title (Client)

With --json each message is
  {"event":"message","text":"hi","bytes":4,"tag":0,"sender":0,"at":"..."}
where the tag is dwData, a string where it has more than 53 bits, and the sender
the handle of the window that says it has sent this, or 0.
`;

const SEND_HELP =
  `winipc message send [--title T=Client | --window HWND] [--tag N] [TEXT...]

  winipc message send hello                   to the window "Client"
  winipc message send --title jobs one two    two messages
  winipc message send --window 0x1003c hello  a handle of "message windows"
  type list.txt | winipc message send

Sends each TEXT, or each line of stdin, by WM_COPYDATA, as UTF-16 without a NUL
(--encoding utf-16le), and waits for each answer up to --timeout (10000 ms).
Exit code 3 where there is no such window.

  --title T      the window's title (Client)
  --window HWND  its handle
  --tag N        the number that goes with the data, dwData (0)

With --json each message that was sent is
  {"event":"sent","text":"hi","bytes":4,"tag":0,"result":1,"at":"..."}
where the result is the window's answer: 0 is a refusal, or what a window says
that does not know the message.
`;

const WINDOWS_HELP = `winipc message windows [options]

  winipc message windows            handle, pid, class and title of each
  winipc message windows --json

Lists all top-level windows, hidden ones included, the topmost first.

With --json each window is
  {"event":"window","handle":65596,"pid":1234,"className":"winipc",
   "title":"Client","visible":false,"at":"..."}
`;

const HELP = `winipc message: data from window to window by WM_COPYDATA

  winipc message listen         in one console
  winipc message send hello     in another

  message listen  [--title T=Client]
  message send    [--title T=Client | --window HWND] [--tag N] [TEXT...]
  message windows

"winipc message send --help" tells more of each.
`;

export const MESSAGE: Group<MessageCommand> = {
  help: HELP,
  verbs: {
    listen: {
      help: LISTEN_HELP,
      values: ["title"],
      encoding: MESSAGE_ENCODING,
      read(args, common) {
        args.atMost(0);
        const title = args.text("title") ?? TITLE;
        return { kind: "message listen", title, common };
      },
    },
    send: {
      help: SEND_HELP,
      values: ["title", "window", "tag"],
      encoding: MESSAGE_ENCODING,
      read(args, common) {
        return {
          kind: "message send",
          target: targetOf(args),
          tag: tagOf(args.text("tag") ?? "0"),
          messages: args.operands,
          common,
        };
      },
    },
    windows: {
      help: WINDOWS_HELP,
      read(args, common) {
        args.atMost(0);
        return { kind: "message windows", common };
      },
    },
  },
};

function targetOf(args: Arguments): string | number {
  const title = args.text("title");
  const window = args.text("window");
  if (window === undefined) return title ?? TITLE;
  if (title !== undefined) {
    throw new UsageError("--title and --window: give one of them");
  }
  const handle = Number(window);
  if (/^(?:0x[0-9a-f]+|\d+)$/i.test(window) && handle <= 0xffff_ffff) {
    if (handle > 0) return handle;
  }
  throw new UsageError(
    `Invalid --window "${window}": give a handle, such as 0x1003c`,
  );
}

function tagOf(text: string): bigint {
  if (/^(?:0x[0-9a-f]+|\d+)$/i.test(text) && BigInt(text) >> 64n === 0n) {
    return BigInt(text);
  }
  throw new UsageError(
    `Invalid --tag "${text}": give a whole number of up to 64 bits`,
  );
}
