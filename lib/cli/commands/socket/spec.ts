/**
 * The commands of `winipc socket`.
 *
 * @module
 */
import { command, group, type InputOf, WAIT } from "../../arguments/spec.ts";
import { content } from "../../text/events.ts";
import { UsageError } from "../../arguments/usage_error.ts";

const LAST_PORT = 65535;
const ADDRESS = { client: 1, "address?": "127.0.0.1:50000" } as const;

const SERVE = command({
  operands: { port: { label: "PORT", optional: true } },
  options: {
    echo: { help: "send back received bytes" },
    once: {
      help:
        `accept no client after the first that sends or receives data, and end
when it has left; a silent client does not block the others`,
    },
  },
  events: {
    connected: ADDRESS,
    message: { ...content(), ...ADDRESS },
    left: ADDRESS,
  },
  help: `  winipc socket serve 8080 --echo     sends back received bytes
  winipc socket serve                 on a free port, which it prints

Listens on 127.0.0.1, which other computers cannot reach, and prints each
received line. The lines of stdin go to all clients. A client that does not read
is dropped when it is 16 MiB behind another one.`,
}, ({ port = "0", ...values }) => ({ ...values, port: portOf(port) }));
export type SocketServe = InputOf<typeof SERVE>;

const CONNECT = command({
  // Without messages the lines of stdin are sent.
  operands: {
    address: { label: "[HOST:]PORT" },
    messages: { label: "MESSAGE", rest: true },
  },
  options: { wait: WAIT },
  events: { message: content() },
  help: `  winipc socket connect 8080 hello
  winipc socket connect 8080 hello --wait   also before the server starts
  winipc socket connect 192.168.1.2:8080    sends typed lines
  type list.txt | winipc socket connect 8080

Connects over TCP, to this computer unless HOST names another one. Sends each
MESSAGE, or each line of stdin, as a line, and then ends its side of the
connection. Prints each received line until the other side closes. Exit code 3
if nobody listens.`,
});
export type SocketConnect = InputOf<typeof CONNECT>;

function portOf(word: string): number {
  const port = Number(word);
  if (/^\d+$/.test(word) && port <= LAST_PORT) return port;
  throw new UsageError(
    `Invalid port "${word}": expected an integer from 0 to ${LAST_PORT}`,
  );
}

export const SOCKET = group(
  `TCP on this computer

  winipc socket serve 8080 --echo      in one console
  winipc socket connect 8080 hello     in another`,
  { serve: SERVE, connect: CONNECT },
);
