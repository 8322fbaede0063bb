/**
 * The commands of `winipc map`.
 *
 * @module
 */
import { command, group, type InputOf } from "../../arguments/spec.ts";
import { content } from "../../text/events.ts";

const FILE = { label: "FILE" } as const;
const PLACE = { file: "Demo.txt", offset: 0 } as const;

const CAT = command({
  operands: { file: FILE },
  options: {
    offset: { label: "N", min: 0, fallback: 0, help: "begin at byte N (0)" },
    length: { label: "N", min: 1, help: "N bytes" },
  },
  events: { message: { ...content("Hello"), ...PLACE } },
  help: `  winipc map cat Demo.txt
  winipc map cat data.bin --offset 4294967297 --length 16 --hex
  winipc map cat data.bin --raw > copy.bin

Prints FILE, of any size, through a mapping. A line end is added if the file
does not end with one. Windows cannot map an empty file.`,
  jsonNotes:
    `There is a line for each MiB. Joined together, the texts of all lines are the
file's.`,
});
export type MapCat = InputOf<typeof CAT>;

const EDIT = command({
  operands: { file: FILE, text: { label: "TEXT" } },
  options: {
    offset: {
      label: "N",
      min: 0,
      required: true,
      help: "where to write, in bytes; required",
    },
  },
  events: { written: { ...content("w"), ...PLACE, offset: 1 } },
  help: `  winipc map edit Demo.txt w --offset 1       Shine becomes Swine
  winipc map edit data.bin 00ff --hex --offset 4294967297

Overwrites FILE from byte N with TEXT, through a mapping, and ends when it is on
the disk. The file's size never changes: a text that passes the end is refused
before anything is written.`,
});
export type MapEdit = InputOf<typeof EDIT>;

export const MAP = group(
  `a file as memory

  winipc map cat Demo.txt                 prints the file
  winipc map edit Demo.txt w --offset 1   changes one byte of it`,
  { cat: CAT, edit: EDIT },
);
