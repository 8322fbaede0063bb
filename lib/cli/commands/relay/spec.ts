/**
 * The command `winipc relay`.
 *
 * @module
 */
import { command, type InputOf } from "../../arguments/spec.ts";
import { UsageError } from "../../arguments/usage_error.ts";

const COUNTS = {
  forth: { bytes: 5, messages: 1 },
  back: { bytes: 0, messages: 0 },
  partners: 1,
  failed: 0,
} as const;

const FRAMES = [
  "none",
  "line",
  "length",
  "content-length",
  "u8",
  "u16be",
  "u16le",
  "u32be",
  "u32le",
  "u64be",
  "u64le",
] as const;

/** Its help describes the options itself: many share a line. */
export const RELAY = command({
  operands: { from: { label: "FROM" }, to: { label: "TO" } },
  options: {
    mode: { label: "M", words: ["byte", "message"] },
    frame: { label: "F", words: FRAMES },
    oneWay: {},
    wait: {},
    text: {},
    linger: { label: "MS", min: 0 },
    requestTimeout: { label: "MS", min: 1 },
    maxSize: { label: "N", min: 1 },
    capacity: { label: "N", min: 1 },
    sddl: { label: "SDDL" },
    origins: { label: "O,O" },
    // Files for what passes from FROM to TO, and back.
    tee: { label: "FILE" },
    teeBack: { label: "FILE" },
    nats: { label: "URL,URL" },
    queue: { label: "NAME" },
    durable: { label: "NAME" },
    parallel: { label: "N", min: 1 },
    ackWait: { label: "MS", min: 100 },
    creds: { label: "FILE" },
    tls: {},
    tlsca: { label: "FILE" },
    tlscert: { label: "FILE" },
    tlskey: { label: "FILE" },
  },
  usage: "FROM TO",
  events: { ready: { name: "..." }, counts: COUNTS, done: COUNTS },
  help:
    `  winipc relay tcp-listen:8080 pipe:app             TCP clients of a pipe server
  winipc relay pipe-listen:app tcp:127.0.0.1:8080   pipe clients of a TCP server
  winipc relay stdio pipe:app                       sends typed lines, prints answers
  winipc relay pipe-listen:app stdio                the same at the other side
  winipc relay pipe-listen:sort exec:sort           a program for each client
  winipc relay mailslot-listen:Name stdio           messages as lines
  winipc relay stdio mailslot:Name                  lines, as messages
  winipc relay message-listen:Client mailslot:Name  window messages into a mailslot
  winipc relay mailslot-listen:Name message:Client  and out of one
  winipc relay stdio ring-create:ticks              lines into a ring
  winipc relay ring:ticks stdio                     and out of it
  winipc relay ring-create:ticks stdio              the reader creates it
  winipc relay stdio ring:ticks                     the writer opens it
  winipc relay clipboard stdio                      prints each copied text, and
                                                    copies typed lines
  winipc relay ws-listen:8081 mailslot:Name         a web page to a mailslot
  winipc relay stdio ws:127.0.0.1:8081              a WebSocket by hand
  winipc relay nats-listen:app pipe:app             a pipe server for a cluster
  winipc relay pipe-listen:app nats:app             and its clients elsewhere

Relays data from FROM to TO and back, if both ends can. A listening end serves
many partners, each with its own far end. Message boundaries are kept if both
ends have them.

  stdio                          lines, if the other end has messages
  exec:COMMAND ARG...            its stdin and stdout; quotes by Windows' rule:
                                 "a b" is one argument, \\" is a quote
  pipe:NAME  pipe-listen:NAME    client and server
  mailslot:NAME  mailslot-listen:NAME    sends; receives
  ring:NAME  ring-create:NAME    as FROM they read, as TO they write
  message:TITLE  message-listen:TITLE    WM_COPYDATA to a window, of a window
  clipboard                      its text
  tcp:HOST:PORT  tcp-listen:[HOST:]PORT
  ws:URL  ws-listen:[HOST:]PORT  wss://..., ws://... or HOST:PORT/PATH
  nats:SUBJECT[@SERVER]          sends requests, or publishes
  nats-listen:SUBJECT[@SERVER]   answers, or subscribes

Only this computer can reach the ports, unless HOST is another address, and only
web pages of this computer may connect to WebSockets. Only exec runs a command.

  --one-way      from FROM to TO only
  --wait         wait for partners that do not exist yet
  --mode M       of pipe-listen: byte (the default) or message
  --frame F      how bytes carry messages: none, line, length (4 bytes before
                 each, big-endian), content-length (headers, as of language
                 servers), u8, u16be, u16le, u32be, u32le, u64be or u64le (a
                 length); default line for stdio, otherwise none. An error if
                 both ends carry bytes
  --linger MS    how long to keep a silent pipe after the other end (500)
  --text         WebSocket messages as text
  --origins O,O  web pages that may connect, such as https://example.org
  --max-size N   the maximum size of framed messages (67108864)
  --capacity N   the size of a ring made by ring-create (1048576)
  --sddl SDDL    who may connect to pipes, mailslots and rings made here, and
                 wake an end of ring:

  --tee FILE     copy the data from FROM to TO; --tee-back FILE: back
  --hex          show the data

NATS, with the npm packages @nats-io/transport-node and @nats-io/jetstream,
which are fetched on first use:
  --nats URL,URL the servers (NATS_URL, else 127.0.0.1:4222)
  --queue NAME   share the messages: each goes to one of the group
  --durable NAME keep messages in a JetStream stream until they are taken
  --parallel N   how many requests at once, each with its own far end (16)
  --ack-wait MS  with --durable: when a message goes to another relay (30000)
  --request-timeout MS  how long an answer may take (10000)
  --creds FILE  --tls  --tlsca FILE  --tlscert FILE  --tlskey FILE`,
  jsonNotes:
    `"counts" comes each second in which it has changed, and "done" at the end. These
lines and those of --hex go to stdout, or to stderr if stdio is an end.`,
}, (values) => {
  if (values.oneWay && values.teeBack !== undefined) {
    throw new UsageError(
      "Cannot combine --one-way and --tee-back: nothing comes back",
    );
  }
  if (values.common.format !== "raw") return values;
  throw new UsageError("Unexpected --raw: a relay never changes data; omit it");
});
export type RelayCommand = InputOf<typeof RELAY>;
