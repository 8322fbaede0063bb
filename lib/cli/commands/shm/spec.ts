/**
 * The commands of `winipc shm`.
 *
 * @module
 */
import { command, group, type InputOf } from "../../arguments/spec.ts";
import { CONTENT } from "../../text/events.ts";
import { UsageError } from "../../arguments/usage_error.ts";

const NAME = { label: "NAME" } as const;
const OWN_NAME = { ...NAME, fallback: "ShareMemory" } as const;
const OFFSET = {
  label: "N",
  min: 0,
  fallback: 0,
  help: "begin at byte N (0)",
} as const;
const PLACE = { name: "string", offset: "integer" } as const;

const CREATE = command({
  operands: { name: OWN_NAME, text: { label: "TEXT", optional: true } },
  options: {
    size: {
      label: "N",
      min: 1,
      fallback: 4096,
      help: "how many bytes (4096); content that is longer is refused",
    },
    file: { label: "F", help: "the bytes of the file F, unchanged" },
    hold: { label: "MS", min: 0, help: "end after MS milliseconds" },
  },
  column: 11,
  events: {
    created: {
      name: "string",
      size: "integer",
      mappedSize: "integer",
      bytes: "integer",
    },
  },
  help: (options) =>
    `winipc shm create [NAME=ShareMemory] [TEXT] [options]

  winipc shm create ShareMemory Shine       holds it until Ctrl-C
  winipc shm create jobs "x" --hold 20000   for 20 seconds
  winipc shm create jobs --file data.bin --size 65536
  type list.txt | winipc shm create jobs    holds what comes on stdin

Creates shared memory that holds TEXT, or the bytes of a file, or all of stdin,
and zeros behind it: where there is room, a NUL ends the text. The memory is
there for as long as somebody has it open, so this holds it: until Ctrl-C (exit
code 130), or for --hold. NAME may begin with Local\\ (this session, the
default) or Global\\ (all sessions). Exit code 1 when the name is taken.

${options}

Of stdin the last line end does not count, unless with --raw. --timeout counts
while nothing comes on stdin, and without --hold while it holds, too.

With --json there is one line, when others can open the memory:
  {"event":"created","name":"Local\\\\ShareMemory","size":4096,
   "mappedSize":4096,"bytes":5,"at":"2026-01-31T12:00:00.123456Z"}
where mappedSize is what there really is, in whole pages, and bytes the
content.
`,
}, (values) => {
  if (values.text === undefined || values.file === undefined) return values;
  throw new UsageError("TEXT and --file: give one of them");
});
export type ShmCreate = InputOf<typeof CREATE>;

const READ = command({
  operands: { name: OWN_NAME },
  options: {
    offset: OFFSET,
    // Without it, the bytes before the first NUL are read.
    length: { label: "N", min: 1, help: "N bytes, NULs and all" },
  },
  events: { message: { ...CONTENT, ...PLACE } },
  help: (options) =>
    `winipc shm read [NAME=ShareMemory] [options]

  winipc shm read                        the text, up to its NUL
  winipc shm read jobs --offset 64       the text that begins there
  winipc shm read jobs --length 16 --hex
  winipc shm read jobs --length 4096 --raw > copy.bin

Prints what the shared memory NAME holds, up to the first NUL, or to the end
where there is none. Exit code 3 when there is no such memory.

${options}

With --json it is one line, and with --hex it has "hex" in the place of "text":
  {"event":"message","text":"Shine","bytes":5,"name":"Local\\\\ShareMemory",
   "offset":0,"at":"2026-01-31T12:00:00.123456Z"}
`,
});
export type ShmRead = InputOf<typeof READ>;

const WRITE = command({
  operands: { name: NAME, text: { label: "TEXT" } },
  options: {
    offset: OFFSET,
    nul: { help: 'a NUL behind TEXT, which ends it for "shm read"' },
  },
  events: { written: { ...CONTENT, ...PLACE } },
  help: (options) =>
    `winipc shm write NAME TEXT [options]

  winipc shm write ShareMemory w --offset 1   Shine becomes Swine
  winipc shm write jobs "done" --nul          this text, and no more
  winipc shm write jobs 00ff --hex --offset 8

Writes TEXT into the shared memory NAME, which must be there (else exit code
3). What stands before and behind it stays. A text that passes the end is
refused before anything is written.

${options}

With --json it is one line, where bytes counts the NUL, too:
  {"event":"written","text":"w","bytes":1,"name":"Local\\\\ShareMemory",
   "offset":1,"at":"2026-01-31T12:00:00.123456Z"}
`,
});
export type ShmWrite = InputOf<typeof WRITE>;

const INFO = command({
  operands: { name: NAME },
  events: { info: { name: "string", size: "integer", access: "string" } },
  help: () =>
    `winipc shm info NAME [options]

  winipc shm info ShareMemory
  winipc shm info ShareMemory --json

Tells how many bytes the shared memory NAME has, and whether this user may
write to it. Windows counts whole pages, and does not tell how many bytes the
creator asked for. Exit code 3 when there is no such memory.

With --json it is one line; "access" is read-write or read:
  {"event":"info","name":"Local\\\\ShareMemory","size":4096,
   "access":"read-write","at":"2026-01-31T12:00:00.123456Z"}
`,
});
export type ShmInfo = InputOf<typeof INFO>;

export const SHM = group(
  "shm",
  (usages) =>
    `winipc shm: memory that processes share, by name

  winipc shm create ShareMemory Shine   in one console
  winipc shm read                       in another: prints Shine

${usages}

"winipc shm create --help" tells more of each.
`,
  { create: CREATE, read: READ, write: WRITE, info: INFO },
);
