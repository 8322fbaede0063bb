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
  column: 15,
  usage: "FILE... [--output HTML]",
  events: {
    page: {
      file: "string",
      processes: "integer",
      calls: "integer",
      left: "integer",
    },
  },
  help: (options) =>
    `winipc trace view FILE... [--output HTML] [options]

  winipc demo mailslot --trace=demo.jsonl      the calls of both processes
  winipc trace view demo.jsonl                 writes demo.html
  winipc trace view a.jsonl b.jsonl --output both.html

Writes one HTML page, which needs no network, that shows the calls in FILEs as a
sequence diagram: a lane for each process, one for each object between them, and
arrows for what is created, opened, written, read, waited for and closed. A click
on an arrow shows the call; the mechanisms can be chosen. FILEs are what
--trace=FILE of any command has written, or trace({ file }) of the API. Lines
that are no call are told on stderr, with their file and number, and left out.

${options}

Prints the name of the page, and with --json
  {"event":"page","file":"demo.html","processes":2,"calls":87,"left":0,"at":...}
where left is how many lines were left out.

Each line of a FILE is an object, here on several lines:
  {"event":"call","seq":12,"pid":1234,"thread":"main",
   "at":"2026-01-31T12:00:00.123456Z","start":1769860800123456,
   "micros":35.2,"dll":"kernel32.dll","name":"WriteFile",
   "args":{"hFile":"0x1a4","lpBuffer":"0x7f3210","nNumberOfBytesToWrite":5,
           "lpNumberOfBytesWritten":"0x0","lpOverlapped":"0x7f3200"},
   "result":1,"failed":false,"lastError":{"code":0,"symbol":"ERROR_SUCCESS"},
   "action":"write","object":"\\\\\\\\.\\\\pipe\\\\x","mechanism":"pipe","moved":5}
event is call, or begin and end for a call on another thread and for one within
which others happen; seq counts the calls of a thread, as they begin; start is
in microseconds since 1970. An argument is a number, a handle or an address as
"0x...", a text as {"text":"..."}, other memory as {"bytes":8}, with "values"
where a few numbers stand in it after the call, or null. action (create, open,
write, read, wait, close), object, mechanism and moved (bytes) are there where
they are known; "pending":true says that it goes on in the background, and
"completed" lists what GetQueuedCompletionStatusEx finds done, with "of", the
seq of the call that began it.
`,
}, (values) => {
  const [first] = values.files;
  if (first === undefined) {
    throw new UsageError(
      'Say which files: "trace view FILE...", as --trace=FILE writes them',
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
  "trace",
  () =>
    `winipc trace: what native calls a program has made

  winipc pipe serve --echo --trace=a.jsonl     in one console
  winipc pipe connect winipc hello --trace=b.jsonl
  winipc trace view a.jsonl b.jsonl            both of them in a picture

  trace view     FILE... [--output HTML]

"winipc trace view --help" tells more.
`,
  { view: VIEW },
);
