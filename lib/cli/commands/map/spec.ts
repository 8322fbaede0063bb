/**
 * The grammar of `winipc map`.
 *
 * @module
 */
import type { Arguments } from "../../arguments/arguments.ts";
import type { Common } from "../../arguments/global_options.ts";
import type { Group } from "../../arguments/grammar.ts";
import { UsageError } from "../../arguments/usage_error.ts";

export interface MapCat {
  readonly kind: "map cat";
  readonly file: string;
  readonly offset: number;
  /** How many bytes; `undefined` for all that follow. */
  readonly length: number | undefined;
  readonly common: Common;
}

export interface MapEdit {
  readonly kind: "map edit";
  readonly file: string;
  readonly text: string;
  readonly offset: number;
  readonly common: Common;
}

export type MapCommand = MapCat | MapEdit;

const CAT_HELP = `winipc map cat FILE [options]

  winipc map cat Demo.txt
  winipc map cat data.bin --offset 4294967297 --length 16 --hex
  winipc map cat data.bin --raw > copy.bin

Prints FILE through a mapping, of whatever size it is. Text ends with a line
end, which is added where the file has none. Windows maps no empty file.

  --offset N   begin at byte N (0)
  --length N   N bytes

With --json there is a line for each MiB, and with --hex they have "hex" in the
place of "text". The texts of all lines, one behind the other, are the file's:
  {"event":"message","text":"Hello","bytes":5,"file":"Demo.txt","offset":0,
   "at":"2026-01-31T12:00:00.123456Z"}
`;

const EDIT_HELP = `winipc map edit FILE TEXT --offset N [options]

  winipc map edit Demo.txt w --offset 1       Shine becomes Swine
  winipc map edit data.bin 00ff --hex --offset 4294967297

Writes TEXT over what stands at byte N of FILE, through a mapping, and ends when
it is on the disk. The file's size never changes: a text that passes the end is
refused before anything is written.

  --offset N   where, in bytes; it must be given

With --json it is one line:
  {"event":"written","text":"w","bytes":1,"file":"Demo.txt","offset":1,
   "at":"2026-01-31T12:00:00.123456Z"}
`;

const HELP = `winipc map: a file as memory

  winipc map cat Demo.txt                 prints it
  winipc map edit Demo.txt w --offset 1   changes one byte of it

  map cat  FILE [--offset N] [--length N]
  map edit FILE TEXT --offset N

"winipc map cat --help" tells more of each.
`;

export const MAP: Group<MapCommand> = {
  help: HELP,
  verbs: {
    cat: {
      help: CAT_HELP,
      values: ["offset", "length"],
      read(args, common) {
        args.atMost(1);
        return {
          kind: "map cat",
          file: needed(args, 0, "cat FILE"),
          offset: args.integer("offset", 0) ?? 0,
          length: args.integer("length", 1),
          common,
        };
      },
    },
    edit: {
      help: EDIT_HELP,
      values: ["offset"],
      read(args, common) {
        args.atMost(2);
        const usage = "edit FILE TEXT --offset N";
        const offset = args.integer("offset", 0);
        const file = needed(args, 0, usage);
        const text = needed(args, 1, usage);
        if (offset === undefined) throw missing(usage);
        return { kind: "map edit", file, text, offset, common };
      },
    },
  },
};

function needed(args: Arguments, at: number, usage: string): string {
  const operand = args.operands[at];
  if (operand !== undefined) return operand;
  throw missing(usage);
}

function missing(usage: string): UsageError {
  return new UsageError(`Something is missing: give "map ${usage}"`);
}
