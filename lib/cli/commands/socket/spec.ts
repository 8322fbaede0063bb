/**
 * The grammar of `winipc socket`.
 *
 * @module
 */
import type { Common } from "../../arguments/global_options.ts";
import type { Group } from "../../arguments/grammar.ts";
import { UsageError } from "../../arguments/usage_error.ts";

export interface SocketServe {
  readonly kind: "socket serve";
  /** 0 for one that is free. */
  readonly port: number;
  /** Send back what comes. */
  readonly echo: boolean;
  /** End when the first client that said or received something has left. */
  readonly once: boolean;
  readonly common: Common;
}

export interface SocketConnect {
  readonly kind: "socket connect";
  /** A port, or a whole address. */
  readonly address: string;
  /** The messages; none for the lines of stdin. */
  readonly messages: readonly string[];
  readonly common: Common;
}

export type SocketCommand = SocketServe | SocketConnect;

const LAST_PORT = 65535;

const SERVE_HELP = `winipc socket serve [PORT] [options]

  winipc socket serve 8080 --echo     sends back what comes
  winipc socket serve                 at a port that is free, which is told

Listens at 127.0.0.1, where no other computer gets in, and prints each line that
comes. The lines of stdin go to all clients. One that does not read is dropped
when it is 16 MiB behind another.

  --echo   send back what comes
  --once   take no client after the first that says or is sent something, and end
           when it has left; one that says nothing holds up no other

With --json the lines are
  {"event":"connected","client":1,"address":"127.0.0.1:50000","at":...}
  {"event":"message","text":"hi","bytes":2,"client":1,"address":...,"at":...}
  {"event":"left","client":1,"address":...,"at":...}
`;

const CONNECT_HELP = `winipc socket connect [HOST:]PORT [MESSAGE...] [options]

  winipc socket connect 8080 hello
  winipc socket connect 192.168.1.2:8080    sends the lines that are typed
  type list.txt | winipc socket connect 8080

Connects over TCP, to this computer unless HOST says otherwise; sends each
MESSAGE, or each line of stdin, as a line; says that this is all; and prints each
line that comes back, until the other side closes. Exit code 3 when nobody
listens.

With --json each line that comes is
  {"event":"message","text":"hi","bytes":2,"at":"2026-01-31T12:00:00.123456Z"}
`;

const HELP = `winipc socket: TCP on this computer

  winipc socket serve 8080 --echo      in one console
  winipc socket connect 8080 hello     in another

  socket serve   [PORT] [--echo] [--once]
  socket connect [HOST:]PORT [MESSAGE...]

"winipc socket serve --help" tells more of each.
`;

export const SOCKET: Group<SocketCommand> = {
  help: HELP,
  verbs: {
    serve: {
      help: SERVE_HELP,
      flags: ["echo", "once"],
      read(args, common) {
        args.atMost(1);
        return {
          kind: "socket serve",
          port: portOf(args.operands[0] ?? "0"),
          echo: args.flag("echo"),
          once: args.flag("once"),
          common,
        };
      },
    },
    connect: {
      help: CONNECT_HELP,
      read(args, common) {
        const [address, ...messages] = args.operands;
        if (address === undefined) {
          throw new UsageError(
            'Something is missing: give "socket connect [HOST:]PORT"',
          );
        }
        return { kind: "socket connect", address, messages, common };
      },
    },
  },
};

function portOf(word: string): number {
  const port = Number(word);
  if (/^\d+$/.test(word) && port <= LAST_PORT) return port;
  throw new UsageError(
    `Invalid port "${word}": give a whole number, 0 to ${LAST_PORT}`,
  );
}
