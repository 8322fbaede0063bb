/**
 * The commands of `winipc trace`.
 *
 * @module
 */
import { command, group, type InputOf } from "../arguments/spec.ts";
import { UsageError } from "../arguments/usage_error.ts";

const VIEW = command({
  operands: { files: { label: "FILE", rest: true } },
  options: {
    output: {
      label: "HTML",
      help: "where to write (the first FILE, with .html); - for stdout",
    },
  },
  usage: "FILE... [--output HTML]",
  events: {
    page: { file: "demo.html", processes: 2, calls: 87, left: 0 },
  },
  help:
    `  winipc demo mailslot --trace=demo.jsonl      the calls of both processes
  winipc trace view demo.jsonl                 writes demo.html
  winipc trace view a.jsonl b.jsonl --output both.html

Writes one HTML page, without network access, that shows the calls in FILEs as a
sequence diagram: a lane for each process, one for each object between them, and
arrows for creating, opening, writing, reading, waiting and closing. A click on
an arrow shows the call; you can select mechanisms. FILEs come from --trace=FILE
of any command, or trace({ file }) of the API. Invalid lines are reported on
stderr, with their file and number, and skipped. Prints the name of the page.`,
  notes: `Each line of a FILE is an object, here on several lines:
  {"event":"call","seq":12,"pid":1234,"thread":"main",
   "at":"2026-01-31T12:00:00.123456Z","start":1769860800123456,
   "micros":35.2,"dll":"kernel32.dll","name":"WriteFile",
   "args":{"hFile":"0x1a4","lpBuffer":"0x7f3210","nNumberOfBytesToWrite":5,
           "lpNumberOfBytesWritten":"0x0","lpOverlapped":"0x7f3200"},
   "result":1,"failed":false,"lastError":{"code":0,"symbol":"ERROR_SUCCESS"},
   "action":"write","object":"\\\\\\\\.\\\\pipe\\\\x","mechanism":"pipe","moved":5}
event is call, or begin and end for a call on another thread and for one that
contains other calls; seq counts the calls of a thread in order of their start;
start is in microseconds since 1970. An argument is a number, a handle or an
address as "0x...", a text as {"text":"..."}, other memory as {"bytes":8}, with
"values" if it contains a few numbers after the call, or null. action (create,
open, write, read, wait, close), object, mechanism and moved (bytes) are present
if they are known; "pending":true means that it continues in the background, and
"completed" lists the operations that GetQueuedCompletionStatusEx reports, with
"of", the seq of the call that started them.`,
  jsonNotes: '"left" is the number of skipped lines.',
}, (values) => {
  const [first] = values.files;
  if (first === undefined) {
    throw new UsageError(
      'Missing argument: give "trace view FILE...", files that --trace=FILE wrote',
    );
  }
  return { ...values, output: values.output ?? pageFor(first) };
});
export type TraceView = InputOf<typeof VIEW>;

/** The name of a trace, with `.html` instead of its extension. */
function pageFor(file: string): string {
  return `${file.replace(/\.[^./\\]*$/, "")}.html`;
}

export const TRACE = group(
  `the native calls of a program

  winipc pipe serve --echo --trace=a.jsonl     in one console
  winipc pipe connect winipc hello --trace=b.jsonl
  winipc trace view a.jsonl b.jsonl            both of them in one diagram`,
  { view: VIEW },
);
