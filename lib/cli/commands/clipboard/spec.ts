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
  winipc clipboard get --raw > file.txt       without a line end behind it
  winipc clipboard get --format files         copied files, one path a line
  winipc clipboard get --format "Rich Text Format"

Prints what is on the clipboard. Exit code 3 where it holds nothing in that
format, or its owner offers it and does not give it. A clipboard that another
program has is tried for --timeout (2000 ms).

${options}

With --json it is
  {"event":"clipboard","format":"text","text":"hi","bytes":2,"at":"..."}
and with --hex it has "hex" in the place of "text".
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

Puts TEXT on the clipboard, or without it all of stdin up to its last line end
(--raw: with it). What was there before is gone. stdin is UTF-8, or UTF-16 with a
byte order mark. Files are resolved against the current folder.

${options}

With --json it tells {"event":"set","format":"text","sequence":7,"at":"..."}
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

  winipc clipboard watch              prints each text that is copied
  winipc clipboard watch --count 1    waits for the next one
  winipc clipboard watch --json

Prints what is on the clipboard after each change, where it holds that format.

${options}

With --json each change is told, also to another format,
  {"event":"change","sequence":7,"format":"text","text":"hi","bytes":2,"at":"..."}
and without "text" and "bytes" where the clipboard does not hold the format.
`,
});
export type ClipboardWatch = InputOf<typeof WATCH>;

const FORMATS = command({
  events: { format: { id: "integer", name: "string" } },
  help: () =>
    `winipc clipboard formats [options]

  winipc clipboard formats

Lists the formats that the clipboard offers, the most telling first.

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

Empties the clipboard. With --json it tells
  {"event":"cleared","sequence":7,"at":"..."}
`,
});
export type ClipboardClear = InputOf<typeof CLEAR>;

export const CLIPBOARD = group(
  "clipboard",
  (usages) =>
    `winipc clipboard: what all programs of the session share

  winipc clipboard set hello
  winipc clipboard get

${usages}

"winipc clipboard get --help" tells more of each.
`,
  { get: GET, set: SET, watch: WATCH, formats: FORMATS, clear: CLEAR },
);
