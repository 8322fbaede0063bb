/**
 * The commands of `winipc shm`.
 *
 * @module
 */
import { command, group, type InputOf } from "../../arguments/spec.ts";
import { content } from "../../text/events.ts";
import { UsageError } from "../../arguments/usage_error.ts";

const NAME = { label: "NAME" } as const;
const OWN_NAME = { ...NAME, fallback: "ShareMemory" } as const;
const OFFSET = {
  label: "N",
  min: 0,
  fallback: 0,
  help: "begin at byte N (0)",
} as const;
const PLACE = { name: "Local\\ShareMemory", offset: 0 } as const;

const CREATE = command({
  operands: { name: OWN_NAME, text: { label: "TEXT", optional: true } },
  options: {
    size: {
      label: "N",
      min: 1,
      fallback: 4096,
      help: "the size in bytes (4096); longer content is refused",
    },
    file: { label: "F", help: "the bytes of the file F, unchanged" },
    hold: { label: "MS", min: 0, help: "end after MS milliseconds" },
  },
  events: {
    created: {
      name: "Local\\ShareMemory",
      size: 4096,
      mappedSize: 4096,
      bytes: 5,
    },
  },
  help: `  winipc shm create ShareMemory Shine       keeps it until Ctrl-C
  winipc shm create jobs "x" --hold 20000   for 20 seconds
  winipc shm create jobs --file data.bin --size 65536
  type list.txt | winipc shm create jobs    the content of stdin

Creates shared memory with TEXT, or the bytes of a file, or all of stdin,
followed by zeros: if there is space, a NUL ends the text. The memory exists
while a program has it open, so this command keeps it until Ctrl-C (exit code
130), or for --hold. NAME may begin with Local\\ (this session, the default)
or Global\\ (all sessions). Exit code 1 if the name is taken.`,
  notes:
    `Without --raw, the last line end of stdin is dropped. --timeout limits the wait
for stdin, and without --hold also the time until the end.`,
  jsonNotes:
    `The line comes when others can open the memory; "mappedSize" is the actual size
in whole pages, and "bytes" that of the content.`,
}, (values) => {
  if (values.text === undefined || values.file === undefined) return values;
  throw new UsageError("Cannot combine TEXT and --file: give one of them");
});
export type ShmCreate = InputOf<typeof CREATE>;

const READ = command({
  operands: { name: OWN_NAME },
  options: {
    offset: OFFSET,
    // Without it, the bytes before the first NUL are read.
    length: { label: "N", min: 1, help: "N bytes, NULs and all" },
    wait: { help: "wait until the memory exists, up to --timeout" },
  },
  events: { message: { ...content("Shine"), ...PLACE } },
  help: `  winipc shm read                        the text, up to its NUL
  winipc shm read jobs --offset 64       the text that begins there
  winipc shm read jobs --length 16 --hex
  winipc shm read jobs --length 4096 --raw > copy.bin
  winipc shm read jobs --wait            also before its creator starts

Prints the content of the shared memory NAME up to the first NUL, or all of it
without a NUL. Exit code 3 if the memory does not exist.`,
  notes:
    `With --wait it reads as soon as the memory exists. Its creator may not have
written the content yet: Windows does not announce that.`,
});
export type ShmRead = InputOf<typeof READ>;

const WRITE = command({
  operands: { name: NAME, text: { label: "TEXT" } },
  options: {
    offset: OFFSET,
    nul: { help: 'a NUL after TEXT, which ends it for "shm read"' },
  },
  events: { written: { ...content("w"), ...PLACE, offset: 1 } },
  help: `  winipc shm write ShareMemory w --offset 1   Shine becomes Swine
  winipc shm write jobs "done" --nul          this text, and nothing more
  winipc shm write jobs 00ff --hex --offset 8

Writes TEXT into the existing shared memory NAME; exit code 3 if it does not
exist. The bytes before and after it stay. A text that passes the end is refused
before anything is written.`,
  jsonNotes: '"bytes" counts the NUL, too.',
});
export type ShmWrite = InputOf<typeof WRITE>;

const INFO = command({
  operands: { name: NAME },
  events: { info: { name: PLACE.name, size: 4096, access: "read-write" } },
  help: `  winipc shm info ShareMemory
  winipc shm info ShareMemory --json

Shows the size of the shared memory NAME, and whether this user may write to it.
Windows reports whole pages, not the size that the creator asked for. Exit code
3 if there is no such memory.`,
  jsonNotes: '"access" is read-write or read.',
});
export type ShmInfo = InputOf<typeof INFO>;

export const SHM = group(
  `memory that processes share, by name

  winipc shm create ShareMemory Shine   in one console
  winipc shm read                       in another: prints Shine`,
  { create: CREATE, read: READ, write: WRITE, info: INFO },
);
