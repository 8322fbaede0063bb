/**
 * The commands of `winipc pipe`.
 *
 * @module
 */
import { command, group, type InputOf } from "../../arguments/spec.ts";
import { CONTENT } from "../../text/events.ts";

const NAME = { label: "NAME" } as const;
const OWN_NAME = { ...NAME, fallback: "winipc" } as const;
const MODE = { label: "M", words: ["byte", "message"] } as const;
const PEER = { client: "integer", pid: "integer?" } as const;

const SERVE = command({
  operands: { name: OWN_NAME },
  options: {
    mode: {
      ...MODE,
      fallback: "message",
      help: `message (default): boundaries are kept, and clients of both
modes can connect; or byte: each line of text is printed
when it is whole, what is left when the client leaves; a
client whose line is longer than 64 MiB is dropped`,
    },
    echo: { help: "send back what comes, unchanged" },
    once: {
      help: `take no client after the first that says or is sent
something, and end when it has left; one that says nothing
holds up no other`,
    },
    max: {
      label: "N",
      min: 1,
      fallback: Infinity,
      help: "at most N clients at once; more of them wait",
    },
    sddl: {
      label: "SDDL",
      help: `who may connect; "D:(A;;GA;;;OW)(A;;0x12019b;;;WD)" lets
everybody connect, and nobody else make such a pipe`,
    },
    allowRemote: { help: "let clients on other computers in" },
  },
  events: {
    connected: PEER,
    message: { ...CONTENT, ...PEER },
    left: PEER,
  },
  help: (options) =>
    `winipc pipe serve [NAME=winipc] [options]

  winipc pipe serve --echo             sends back what comes
  winipc pipe serve jobs --once        ends when its first client has left
  winipc pipe serve jobs --count 3     ends after three messages
  type news.txt | winipc pipe serve    sends each line to all clients

Listens on \\\\.\\pipe\\NAME and prints what clients send, many at once. Lines of
stdin go to every client that is connected; they wait while none is. A client
that does not read is dropped when it is 16 MiB behind another one. Exit code 1
when the name is taken.

${options}

In message mode an empty message with nothing behind it says that the client
has sent all ("pipe connect" does so). Its connection is then closed, as soon
as there is nothing to send back: with --echo, or when stdin has ended.

With --json the lines are, with the client's number and process:
  {"event":"connected","client":1,"pid":1234,"at":"2026-01-31T12:00:00.123456Z"}
  {"event":"message","text":"hi","bytes":2,"client":1,"pid":1234,"at":...}
  {"event":"left","client":1,"pid":1234,"at":...}
`,
});
export type PipeServe = InputOf<typeof SERVE>;

const CONNECT = command({
  // Without messages the lines of stdin are sent.
  operands: { name: OWN_NAME, messages: { label: "MESSAGE", rest: true } },
  options: {
    mode: {
      ...MODE,
      help: "byte or message; by default what the server made the pipe for",
    },
  },
  usage: "[NAME=winipc] [--mode byte|message] [MESSAGE...]",
  events: { message: CONTENT },
  help: (options) =>
    `winipc pipe connect [NAME=winipc] [MESSAGE...] [options]

  winipc pipe connect jobs hello                 against "pipe serve jobs --echo":
                                                 prints hello, and ends
  winipc pipe connect jobs hello --count 1       ends after one answer, from any
                                                 server
  winipc pipe connect jobs hello --timeout 500   ends when nothing has come for
                                                 500 ms
  type list.txt | winipc pipe connect jobs       sends each line
  winipc pipe connect jobs --raw < in > out      bytes both ways

Connects to \\\\.\\pipe\\NAME, or \\\\server\\pipe\\name, sends each MESSAGE, or each
line of stdin, and prints what comes back until the server closes.

${options}

A pipe whose server only writes, or only reads, is opened that way; what cannot
be sent is then an error (exit code 4).

In message mode each MESSAGE is one message, and an empty one behind the last
says that all is sent, so that a "pipe serve --echo" (or one whose stdin has
ended) closes and this ends by itself. With --count nothing is added. With --raw
each read of stdin is one message, line ends and all.
In byte mode each MESSAGE gets a line end (not with --hex and --raw), and what
comes is printed line by line (64 MiB at most); such a pipe cannot say that all
is sent, so use --count, or --timeout, unless the server closes.

With --timeout it ends when nothing has come for MS milliseconds after the last
message was sent: with exit code 0 when something has come and no --count was
given, else with 5.

With --json each message is
  {"event":"message","text":"hi","bytes":2,"at":"2026-01-31T12:00:00.123456Z"}
`,
});
export type PipeConnect = InputOf<typeof CONNECT>;

const CALL = command({
  operands: { name: NAME, message: { label: "MESSAGE" } },
  events: { message: CONTENT },
  help: () =>
    `winipc pipe call NAME MESSAGE [options]

  winipc pipe call calculator "6*7"
  winipc pipe call device 00ff --hex --timeout 1000

Connects to \\\\.\\pipe\\NAME, sends MESSAGE as one message, prints the message
that answers it, and ends. The pipe must be made for messages. --timeout counts
for all of it.

With --json the answer is
  {"event":"message","text":"42","bytes":2,"at":"2026-01-31T12:00:00.123456Z"}
`,
});
export type PipeCall = InputOf<typeof CALL>;

const INFO = command({
  operands: { name: NAME },
  events: {
    info: {
      name: "string",
      mode: "string",
      outputBuffer: "integer",
      inputBuffer: "integer",
      instances: "integer",
      maxInstances: "integer|null",
      serverPid: "integer",
      serverSessionId: "integer",
    },
  },
  help: () =>
    `winipc pipe info NAME [options]

  winipc pipe info jobs
  winipc pipe info jobs --json

Tells how \\\\.\\pipe\\NAME is made and whose it is. To be told it must connect
for a moment, which the server sees; "pipe serve --once" waits on.

With --json it is one line; "maxInstances" is null for any number:
  {"event":"info","name":"\\\\\\\\.\\\\pipe\\\\jobs","mode":"message",
   "outputBuffer":65536,"inputBuffer":65536,"instances":16,
   "maxInstances":null,"serverPid":1234,"serverSessionId":1,"at":...}
`,
});
export type PipeInfoCommand = InputOf<typeof INFO>;

const LIST = command({
  events: { pipe: { name: "string", instances: "integer" } },
  help: () =>
    `winipc pipe list [options]

  winipc pipe list
  winipc pipe list --json

The named pipes of this computer, with the number of their instances. Wine has
no list of pipes (exit code 1).

With --json each pipe is
  {"event":"pipe","name":"jobs","instances":16,"at":...}
`,
});
export type PipeList = InputOf<typeof LIST>;

export const PIPE = group(
  "pipe",
  (usages) =>
    `winipc pipe: connections both ways, by name

  winipc pipe serve --echo          in one console
  winipc pipe connect winipc hello  in another: prints hello
  winipc pipe call winipc hello     the same, in one call

${usages}

"winipc pipe serve --help" tells more of each.
`,
  { serve: SERVE, connect: CONNECT, call: CALL, info: INFO, list: LIST },
);
