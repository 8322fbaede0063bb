/**
 * The commands of `winipc message`.
 *
 * @module
 */
import { command, group, type InputOf } from "../../arguments/spec.ts";
import { content } from "../../text/events.ts";
import { UsageError } from "../../arguments/usage_error.ts";

/** The article's window. */
const TITLE = "Client";
/** The default of `--encoding` for window messages. */
export const MESSAGE_ENCODING = "utf-16le";

const TITLE_OPTION = {
  label: "T",
  help: `the window's title (${TITLE})`,
} as const;
const TAG = { ...content("hi", 4), tag: [0, "9223372036854775808"] } as const;

const LISTEN = command({
  options: { title: { ...TITLE_OPTION, fallback: TITLE } },
  encoding: MESSAGE_ENCODING,
  events: { message: { ...TAG, sender: 0 } },
  help: `  winipc message listen                     prints messages to "Client"
  winipc message listen --title jobs --count 1
  winipc message listen --encoding utf-8    if senders write UTF-8

Opens a hidden window with the title T and prints each WM_COPYDATA that it
receives on its own line. Senders get the answer 1. Text is UTF-16 by default
(--encoding utf-16le).`,
  jsonNotes:
    `The tag is dwData, a string if it has more than 53 bits, and the sender is the
handle of the window that claims to be the sender, or 0.`,
});
export type MessageListen = InputOf<typeof LISTEN>;

const SEND = command({
  // Without messages the lines of stdin are sent.
  operands: { messages: { label: "TEXT", rest: true } },
  options: {
    title: TITLE_OPTION,
    window: { label: "HWND", help: "its handle, instead of --title" },
    tag: {
      label: "N",
      fallback: "0",
      help: "the number that goes with the data, dwData (0)",
    },
  },
  usage: "[--title T=Client | --window HWND] [--tag N] [TEXT...]",
  encoding: MESSAGE_ENCODING,
  events: { sent: { ...TAG, result: 1 } },
  help: `  winipc message send hello                   to the window "Client"
  winipc message send --title jobs one two    two messages
  winipc message send --window 0x1003c hello  a handle of "message windows"
  type list.txt | winipc message send

Sends each TEXT, or each line of stdin, by WM_COPYDATA, as UTF-16 without a NUL
(--encoding utf-16le), and waits for each answer up to --timeout (10000 ms).
Exit code 3 if there is no such window.`,
  jsonNotes:
    `The result is the window's answer: 0 is a refusal, or the answer of a window
that does not know the message.`,
}, ({ title, window, tag, ...values }) => ({
  ...values,
  target: targetOf(title, window),
  tag: tagOf(tag),
}));
export type MessageSend = InputOf<typeof SEND>;

const WINDOWS = command({
  events: {
    window: {
      handle: 65596,
      pid: 1234,
      className: "winipc",
      title: "Client",
      visible: false,
    },
  },
  help:
    `  winipc message windows            handle, pid, class and title of each
  winipc message windows --json

Lists all top-level windows, topmost first, including hidden ones.`,
});
export type MessageWindows = InputOf<typeof WINDOWS>;

/** A title, or a handle. */
function targetOf(
  title: string | undefined,
  window: string | undefined,
): string | number {
  if (window === undefined) return title ?? TITLE;
  if (title !== undefined) {
    throw new UsageError(
      "Cannot combine --title and --window: give one of them",
    );
  }
  const handle = Number(window);
  if (/^(?:0x[0-9a-f]+|\d+)$/i.test(window) && handle <= 0xffff_ffff) {
    if (handle > 0) return handle;
  }
  throw new UsageError(
    `Invalid --window "${window}": expected a handle, such as 0x1003c`,
  );
}

function tagOf(text: string): bigint {
  if (/^(?:0x[0-9a-f]+|\d+)$/i.test(text) && BigInt(text) >> 64n === 0n) {
    return BigInt(text);
  }
  throw new UsageError(
    `Invalid --tag "${text}": expected an integer of up to 64 bits`,
  );
}

export const MESSAGE = group(
  `data from window to window by WM_COPYDATA

  winipc message listen         in one console
  winipc message send hello     in another`,
  { listen: LISTEN, send: SEND, windows: WINDOWS },
);
