/**
 * The commands of `winipc clipboard`.
 *
 * @module
 */
import { command, group, type InputOf } from "../../arguments/spec.ts";
import { CONTENT } from "../../text/events.ts";

const FORMAT = {
  options: {
    format: {
      label: "NAME",
      fallback: "text",
      help: `text (the default), html, files (one path a line), or the name
of any format, whose bytes are text in --encoding, or --hex`,
    },
  },
  column: 15,
  usage: "[--format NAME]",
} as const;

const GET = command({
  ...FORMAT,
  events: { clipboard: { ...CONTENT, format: "string" } },
  help: (options) =>
    `winipc clipboard get [--format NAME] [options]

  winipc clipboard get                        the text
  winipc clipboard get --raw > file.txt       without a line end
  winipc clipboard get --format files         copied files, one path a line
  winipc clipboard get --format "Rich Text Format"

Prints the content of the clipboard. Exit code 3 if it has nothing in that
format, or its owner offers it but does not deliver it. If another program has
the clipboard open, it retries for --timeout (2000 ms).

${options}

With --json it is
  {"event":"clipboard","format":"text","text":"hi","bytes":2,"at":"..."}
and with --hex it has "hex" instead of "text".
`,
});
export type ClipboardGet = InputOf<typeof GET>;

const SET = command({
  ...FORMAT,
  // Without it all of stdin is put there.
  operands: { text: { label: "TEXT", optional: true } },
  usage: "[TEXT] [--format NAME]",
  events: { set: { format: "string", sequence: "integer" } },
  help: (options) =>
    `winipc clipboard set [TEXT] [--format NAME] [options]

  winipc clipboard set hello
  type notes.txt | winipc clipboard set
  winipc clipboard set "<b>bold</b>" --format html
  winipc clipboard set C:\\a.txt --format files

Replaces the clipboard's content with TEXT, or with all of stdin without its
last line end (--raw: with it). stdin is UTF-8, or UTF-16 with a byte order
mark. Files are resolved against the current folder.

${options}

With --json it prints {"event":"set","format":"text","sequence":7,"at":"..."}
`,
});
export type ClipboardSet = InputOf<typeof SET>;

const WATCH = command({
  ...FORMAT,
  events: {
    change: {
      ...CONTENT,
      bytes: "integer?",
      format: "string",
      sequence: "integer",
    },
  },
  help: (options) =>
    `winipc clipboard watch [--format NAME] [options]

  winipc clipboard watch              prints each copied text
  winipc clipboard watch --count 1    waits for the next one
  winipc clipboard watch --json

Prints the content of the clipboard after each change, if it has that format.

${options}

With --json each change is printed, including changes to other formats:
  {"event":"change","sequence":7,"format":"text","text":"hi","bytes":2,"at":"..."}
and without "text" and "bytes" if the clipboard does not have the format.
`,
});
export type ClipboardWatch = InputOf<typeof WATCH>;

const FORMATS = command({
  events: { format: { id: "integer", name: "string" } },
  help: () =>
    `winipc clipboard formats [options]

  winipc clipboard formats

Lists the formats that the clipboard offers, in its owner's order.

With --json each format is
  {"event":"format","id":13,"name":"CF_UNICODETEXT","at":"..."}
`,
});
export type ClipboardFormats = InputOf<typeof FORMATS>;

const CLEAR = command({
  events: { cleared: { sequence: "integer" } },
  help: () =>
    `winipc clipboard clear [options]

  winipc clipboard clear

Empties the clipboard. With --json it prints
  {"event":"cleared","sequence":7,"at":"..."}
`,
});
export type ClipboardClear = InputOf<typeof CLEAR>;

export const CLIPBOARD = group(
  "clipboard",
  (usages) =>
    `winipc clipboard: the clipboard of the session

  winipc clipboard set hello
  winipc clipboard get

${usages}

"winipc clipboard get --help" explains one of them.
`,
  { get: GET, set: SET, watch: WATCH, formats: FORMATS, clear: CLEAR },
);
