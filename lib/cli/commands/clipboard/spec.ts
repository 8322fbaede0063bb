/**
 * The commands of `winipc clipboard`.
 *
 * @module
 */
import { command, group, type InputOf } from "../../arguments/spec.ts";
import { content } from "../../text/events.ts";

const FORMAT = {
  options: {
    format: {
      label: "NAME",
      fallback: "text",
      help: `text (the default), html, files (one path a line), or the name
of any format, whose bytes are text in --encoding, or --hex`,
    },
  },
} as const;

const GET = command({
  ...FORMAT,
  events: { clipboard: { ...content(), format: "text" } },
  help: `  winipc clipboard get                        the text
  winipc clipboard get --raw > file.txt       without a line end
  winipc clipboard get --format files         copied files, one path a line
  winipc clipboard get --format "Rich Text Format"

Prints the content of the clipboard. Exit code 3 if it has nothing in that
format, or its owner offers it but does not deliver it. If another program has
the clipboard open, it retries for --timeout (2000 ms).`,
});
export type ClipboardGet = InputOf<typeof GET>;

const SET = command({
  ...FORMAT,
  // Without it all of stdin is put there.
  operands: { text: { label: "TEXT", optional: true } },
  events: { set: { format: "text", sequence: 7 } },
  help: `  winipc clipboard set hello
  type notes.txt | winipc clipboard set
  winipc clipboard set "<b>bold</b>" --format html
  winipc clipboard set C:\\a.txt --format files

Replaces the clipboard's content with TEXT, or with all of stdin without its
last line end (--raw: with it). stdin is UTF-8, or UTF-16 with a byte order
mark. Files are resolved against the current folder.`,
});
export type ClipboardSet = InputOf<typeof SET>;

const WATCH = command({
  ...FORMAT,
  events: {
    change: {
      "text?": "hi",
      "hex?": "",
      "bytes?": 2,
      format: "text",
      sequence: 7,
    },
  },
  help: `  winipc clipboard watch              prints each copied text
  winipc clipboard watch --count 1    waits for the next one
  winipc clipboard watch --json

Prints the content of the clipboard after each change, if it has that format.`,
  jsonNotes:
    `A change to other formats is printed, too, without "text" and "bytes".`,
});
export type ClipboardWatch = InputOf<typeof WATCH>;

const FORMATS = command({
  events: { format: { id: 13, name: "CF_UNICODETEXT" } },
  help: `  winipc clipboard formats

Lists the formats that the clipboard offers, in its owner's order.`,
});
export type ClipboardFormats = InputOf<typeof FORMATS>;

const CLEAR = command({
  events: { cleared: { sequence: 7 } },
  help: `  winipc clipboard clear

Empties the clipboard.`,
});
export type ClipboardClear = InputOf<typeof CLEAR>;

export const CLIPBOARD = group(
  `the clipboard of the session

  winipc clipboard set hello
  winipc clipboard get`,
  { get: GET, set: SET, watch: WATCH, formats: FORMATS, clear: CLEAR },
);
