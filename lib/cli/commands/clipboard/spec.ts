/**
 * The grammar of `winipc clipboard`.
 *
 * @module
 */
import type { Common } from "../../arguments/global_options.ts";
import type { Group } from "../../arguments/grammar.ts";

export interface ClipboardGet {
  readonly kind: "clipboard get";
  /** `text`, `html`, `files`, or the name of a format. */
  readonly format: string;
  readonly common: Common;
}

export interface ClipboardSet {
  readonly kind: "clipboard set";
  readonly format: string;
  /** What to put there; `undefined` for all of stdin. */
  readonly text: string | undefined;
  readonly common: Common;
}

export interface ClipboardWatch {
  readonly kind: "clipboard watch";
  readonly format: string;
  readonly common: Common;
}

export interface ClipboardFormats {
  readonly kind: "clipboard formats";
  readonly common: Common;
}

export interface ClipboardClear {
  readonly kind: "clipboard clear";
  readonly common: Common;
}

export type ClipboardCommand =
  | ClipboardGet
  | ClipboardSet
  | ClipboardWatch
  | ClipboardFormats
  | ClipboardClear;

const FORMAT_HELP =
  `  --format NAME  text (the default), html, files (one path a line), or the name
                 of any format, whose bytes are text in --encoding, or --hex`;

const GET_HELP = `winipc clipboard get [--format NAME] [options]

  winipc clipboard get                        the text
  winipc clipboard get --raw > file.txt       without a line end behind it
  winipc clipboard get --format files         copied files, one path a line
  winipc clipboard get --format "Rich Text Format"

Prints what is on the clipboard. Exit code 3 where it holds nothing in that
format, or its owner offers it and does not give it. A clipboard that another
program has is tried for --timeout (2000 ms).

${FORMAT_HELP}

With --json it is
  {"event":"clipboard","format":"text","text":"hi","bytes":2,"at":"..."}
and with --hex it has "hex" in the place of "text".
`;

const SET_HELP = `winipc clipboard set [TEXT] [--format NAME] [options]

  winipc clipboard set hello
  type notes.txt | winipc clipboard set
  winipc clipboard set "<b>bold</b>" --format html
  winipc clipboard set C:\\a.txt --format files

Puts TEXT on the clipboard, or without it all of stdin up to its last line end
(--raw: with it). What was there before is gone. stdin is UTF-8, or UTF-16 with a
byte order mark. Files are resolved against the current folder.

${FORMAT_HELP}

With --json it tells {"event":"set","format":"text","sequence":7,"at":"..."}
`;

const WATCH_HELP = `winipc clipboard watch [--format NAME] [options]

  winipc clipboard watch              prints each text that is copied
  winipc clipboard watch --count 1    waits for the next one
  winipc clipboard watch --json

Prints what is on the clipboard after each change, where it holds that format.

${FORMAT_HELP}

With --json each change is told, also to another format,
  {"event":"change","sequence":7,"format":"text","text":"hi","bytes":2,"at":"..."}
and without "text" and "bytes" where the clipboard does not hold the format.
`;

const FORMATS_HELP = `winipc clipboard formats [options]

  winipc clipboard formats

Lists the formats that the clipboard offers, the most telling first.

With --json each format is
  {"event":"format","id":13,"name":"CF_UNICODETEXT","at":"..."}
`;

const CLEAR_HELP = `winipc clipboard clear [options]

  winipc clipboard clear

Empties the clipboard. With --json it tells
  {"event":"cleared","sequence":7,"at":"..."}
`;

const HELP = `winipc clipboard: what all programs of the session share

  winipc clipboard set hello
  winipc clipboard get

  clipboard get     [--format NAME]
  clipboard set     [TEXT] [--format NAME]
  clipboard watch   [--format NAME]
  clipboard formats
  clipboard clear

"winipc clipboard get --help" tells more of each.
`;

const TEXT = "text";

export const CLIPBOARD: Group<ClipboardCommand> = {
  help: HELP,
  verbs: {
    get: {
      help: GET_HELP,
      values: ["format"],
      read(args, common) {
        args.atMost(0);
        const format = args.text("format") ?? TEXT;
        return { kind: "clipboard get", format, common };
      },
    },
    set: {
      help: SET_HELP,
      values: ["format"],
      read(args, common) {
        args.atMost(1);
        const format = args.text("format") ?? TEXT;
        const [text] = args.operands;
        return { kind: "clipboard set", format, text, common };
      },
    },
    watch: {
      help: WATCH_HELP,
      values: ["format"],
      read(args, common) {
        args.atMost(0);
        const format = args.text("format") ?? TEXT;
        return { kind: "clipboard watch", format, common };
      },
    },
    formats: {
      help: FORMATS_HELP,
      read(args, common) {
        args.atMost(0);
        return { kind: "clipboard formats", common };
      },
    },
    clear: {
      help: CLEAR_HELP,
      read(args, common) {
        args.atMost(0);
        return { kind: "clipboard clear", common };
      },
    },
  },
};
