/**
 * The commands of `winipc map`.
 *
 * @module
 */
import { command, group, type InputOf } from "../../arguments/spec.ts";
import { CONTENT } from "../../text/events.ts";

const FILE = { label: "FILE" } as const;
const PLACE = { file: "string", offset: "integer" } as const;

const CAT = command({
  operands: { file: FILE },
  options: {
    offset: { label: "N", min: 0, fallback: 0, help: "begin at byte N (0)" },
    length: { label: "N", min: 1, help: "N bytes" },
  },
  events: { message: { ...CONTENT, ...PLACE } },
  help: (options) =>
    `winipc map cat FILE [options]

  winipc map cat Demo.txt
  winipc map cat data.bin --offset 4294967297 --length 16 --hex
  winipc map cat data.bin --raw > copy.bin

Prints FILE through a mapping, of whatever size it is. Text ends with a line
end, which is added where the file has none. Windows maps no empty file.

${options}

With --json there is a line for each MiB, and with --hex they have "hex" in the
place of "text". The texts of all lines, one behind the other, are the file's:
  {"event":"message","text":"Hello","bytes":5,"file":"Demo.txt","offset":0,
   "at":"2026-01-31T12:00:00.123456Z"}
`,
});
export type MapCat = InputOf<typeof CAT>;

const EDIT = command({
  operands: { file: FILE, text: { label: "TEXT" } },
  options: {
    offset: {
      label: "N",
      min: 0,
      required: true,
      help: "where, in bytes; it must be given",
    },
  },
  events: { written: { ...CONTENT, ...PLACE } },
  help: (options) =>
    `winipc map edit FILE TEXT --offset N [options]

  winipc map edit Demo.txt w --offset 1       Shine becomes Swine
  winipc map edit data.bin 00ff --hex --offset 4294967297

Writes TEXT over what stands at byte N of FILE, through a mapping, and ends when
it is on the disk. The file's size never changes: a text that passes the end is
refused before anything is written.

${options}

With --json it is one line:
  {"event":"written","text":"w","bytes":1,"file":"Demo.txt","offset":1,
   "at":"2026-01-31T12:00:00.123456Z"}
`,
});
export type MapEdit = InputOf<typeof EDIT>;

export const MAP = group("map", (usages) =>
  `winipc map: a file as memory

  winipc map cat Demo.txt                 prints it
  winipc map edit Demo.txt w --offset 1   changes one byte of it

${usages}

"winipc map cat --help" tells more of each.
`, { cat: CAT, edit: EDIT });
