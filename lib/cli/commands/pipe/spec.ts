/**
 * The commands of `winipc pipe`.
 *
 * @module
 */
import { command, group, type InputOf, WAIT } from "../../arguments/spec.ts";
import { UsageError } from "../../arguments/usage_error.ts";
import { content } from "../../text/events.ts";

const NAME = { label: "NAME" } as const;
const OWN_NAME = { ...NAME, fallback: "winipc" } as const;
const MODE = { label: "M", words: ["byte", "message"] } as const;
const PEER = { client: 1, "pid?": 1234 } as const;

/** Options for messages, which --http does not use. */
const NOT_HTTP = ["mode", "echo", "once", "encoding", "hex", "raw"];

const SERVE = command({
  operands: { name: OWN_NAME },
  options: {
    mode: {
      ...MODE,
      fallback: "message",
      help: `message (default): boundaries are kept, and clients of both
modes can connect; or byte: each line of text is printed
when it is complete, and the rest when the client leaves; a
client with a line longer than 64 MiB is dropped`,
    },
    echo: { help: "send back received bytes unchanged" },
    once: {
      help: `accept no client after the first that sends or receives
data, and end when it has left; a silent client does not
block the others`,
    },
    max: {
      label: "N",
      min: 1,
      fallback: Infinity,
      help: "at most N clients at once; further ones wait",
    },
    sddl: {
      label: "SDDL",
      help: `who may connect; "D:(A;;GA;;;OW)(A;;0x12019b;;;WD)" lets
everyone connect, and no one else create such a pipe`,
    },
    allowRemote: { help: "let clients on other computers in" },
    http: {
      label: "DIR",
      help: `serve the files of the folder DIR by HTTP, for a try; the
connections carry bytes, and --count counts requests`,
    },
  },
  events: {
    connected: PEER,
    message: { ...content(), ...PEER },
    left: PEER,
    request: { method: "GET", path: "/", status: 200, pid: 1234 },
  },
  help: `  winipc pipe serve --echo             sends back each message
  winipc pipe serve jobs --once        ends when its first client has left
  winipc pipe serve jobs --count 3     ends after three messages
  type news.txt | winipc pipe serve    sends each line to all clients
  winipc pipe serve web --http public  an HTTP server for files

Listens on \\\\.\\pipe\\NAME for any number of clients and prints their messages.
Lines of stdin go to every connected client; without a client they wait. A
client that does not read is dropped when it is 16 MiB behind another one. Exit
code 1 if the name is taken.`,
  notes:
    `In message mode, an empty message without a successor means that the client has
sent everything ("pipe connect" sends one). Its connection is then closed when
there is nothing left to send back: with --echo, or when stdin has ended.`,
  jsonNotes:
    `"client" is a number that each client gets, and "pid" its process. With --http,
each request is a "request", and there are no other events.`,
}, (values, args) => {
  if (values.http === undefined) return values;
  const given = NOT_HTTP
    .filter((name) => args.flag(name) || args.text(name) !== undefined)
    .map((name) => `--${name}`);
  if (given.length === 0) return values;
  throw new UsageError(
    `Cannot combine --http with ${given.join(", ")}: give one or the other`,
  );
});
export type PipeServe = InputOf<typeof SERVE>;

const CONNECT = command({
  // Without messages the lines of stdin are sent.
  operands: { name: OWN_NAME, messages: { label: "MESSAGE", rest: true } },
  options: {
    mode: {
      ...MODE,
      help: `byte or message; by default the mode of the server's pipe;
give byte if that is message, but the server reads lines`,
    },
    wait: WAIT,
  },
  events: { message: content() },
  help:
    `  winipc pipe connect jobs hello                 against "pipe serve jobs --echo":
                                                 prints hello, and ends
  winipc pipe connect jobs hello --count 1       ends after one answer, from any
                                                 server
  winipc pipe connect jobs hello --timeout 500   ends after 500 ms without an
                                                 answer
  winipc pipe connect jobs hello --wait          also before the server starts
  type list.txt | winipc pipe connect jobs       sends each line
  winipc pipe connect jobs --raw < in > out      bytes in both directions

Connects to \\\\.\\pipe\\NAME, or \\\\server\\pipe\\name, sends each MESSAGE, or each
line of stdin, and prints the answers until the server closes.`,
  notes:
    `If the server only writes or only reads, the pipe is opened in that direction;
sending is then an error (exit code 4).

In message mode, each MESSAGE is one message. An empty one after the last means
that everything is sent, so a "pipe serve --echo" (or one whose stdin has ended)
closes and this command ends. With --count, no empty message is sent. With
--raw, each read of stdin is one message, including line ends.
In byte mode, each MESSAGE gets a line end (not with --hex and --raw), and the
answers are printed line by line (64 MiB at most). Such a pipe has no end
marker, so use --count or --timeout, unless the server closes.

With --timeout it ends after MS milliseconds without an answer to the last
message: with exit code 0 if there were answers and no --count was given,
otherwise with 5.`,
});
export type PipeConnect = InputOf<typeof CONNECT>;

const CALL = command({
  operands: { name: NAME, message: { label: "MESSAGE" } },
  options: { wait: WAIT },
  events: { message: content("42") },
  help: `  winipc pipe call calculator "6*7"
  winipc pipe call device 00ff --hex --timeout 1000

Connects to \\\\.\\pipe\\NAME, sends MESSAGE as one message, prints the answer, and
ends. The server's pipe must be in message mode: a byte pipe has no mark for the
end of an answer, so use "pipe connect". A server that reads lines waits for the
line end that "pipe connect --mode byte" sends. --timeout limits the whole call.`,
});
export type PipeCall = InputOf<typeof CALL>;

const INFO = command({
  operands: { name: NAME },
  events: {
    info: {
      name: "\\\\.\\pipe\\jobs",
      mode: "message",
      outputBuffer: 65536,
      inputBuffer: 65536,
      instances: 16,
      maxInstances: [16, null],
      serverPid: 1234,
      serverSessionId: 1,
    },
  },
  help: `  winipc pipe info jobs
  winipc pipe info jobs --json

Shows the settings of \\\\.\\pipe\\NAME and its server. It connects for a moment,
which the server notices; "pipe serve --once" keeps waiting. If that takes the
only instance, or may take it, a line on stderr says so first: other clients
then find the pipe busy, and a server for one client may end.`,
  jsonNotes: '"maxInstances" is null for any number.',
});
export type PipeInfoCommand = InputOf<typeof INFO>;

const LIST = command({
  events: { pipe: { name: "jobs", instances: 16 } },
  help: `  winipc pipe list
  winipc pipe list --json

Lists the named pipes of this computer, with the number of their instances. Wine
has no list of pipes (exit code 1).`,
});
export type PipeList = InputOf<typeof LIST>;

export const PIPE = group(
  `two-way connections, by name

  winipc pipe serve --echo          in one console
  winipc pipe connect winipc hello  in another: prints hello
  winipc pipe call winipc hello     the same, in one call`,
  { serve: SERVE, connect: CONNECT, call: CALL, info: INFO, list: LIST },
);
