/**
 * The grammar of `winipc rpc`.
 *
 * @module
 */
import type { Arguments } from "../../arguments/arguments.ts";
import type { Common } from "../../arguments/global_options.ts";
import type { Group } from "../../arguments/grammar.ts";
import { UsageError } from "../../arguments/usage_error.ts";

/** Where, and what. */
export interface RpcAddress {
  /** A string binding. */
  readonly binding: string;
  readonly uuid: string;
  /** `MAJOR.MINOR`. */
  readonly version: string;
}

export interface RpcServe extends RpcAddress {
  readonly kind: "rpc serve";
  /** Send back what comes. */
  readonly echo: boolean;
  readonly common: Common;
}

export interface RpcCall extends RpcAddress {
  readonly kind: "rpc call";
  readonly procedure: number;
  /** The arguments' bytes; none for the lines of stdin, a call each. */
  readonly messages: readonly string[];
  readonly common: Common;
}

export type RpcCommand = RpcServe | RpcCall;

const BINDINGS =
  `BINDING is Windows' own string: ncalrpc:[name] on this computer,
ncacn_np:[\\\\pipe\\\\name] by a named pipe, ncacn_ip_tcp:127.0.0.1[port] by TCP.
Without [...] Windows chooses, and the endpoint mapper tells clients.`;

const ID = "6b1e0e2a-7d0c-4f7e-9f0a-1f6f2a6d0a11";

const SERVE_HELP =
  `winipc rpc serve BINDING --interface UUID[@MAJOR.MINOR] [options]

  winipc rpc serve ncalrpc:[app] --interface ${ID} --echo
  winipc rpc serve ncacn_ip_tcp:127.0.0.1[4000] --interface ${ID}@2.0 --hex

Serves one interface, all of its procedures, and prints the bytes of each call.
Each is answered with nothing, or with --echo with what came. Other computers are
refused. The version is 1.0 unless given.

${BINDINGS}

  --interface UUID[@MAJOR.MINOR]   the interface
  --echo                           send back what comes

With --json each call is
  {"event":"message","text":"hi","bytes":2,"procedure":0,"pid":1234,"at":...}
where "pid" is the caller's, which ncalrpc tells.
`;

const CALL_HELP =
  `winipc rpc call BINDING --interface UUID[@MAJOR.MINOR] --proc N [DATA]

  winipc rpc call ncalrpc:[app] --interface ${ID} --proc 0 hello
  winipc rpc call ncacn_np:[\\\\pipe\\\\svcctl] --hex --proc 15 \\
    --interface 367abb81-9844-35f1-ad32-98f038001003@2.0 \\
    000000000000000001000000

Calls procedure number N with DATA, or with each line of stdin, and prints the
bytes that it gives. Exit code 3 when no server is there.

${BINDINGS}

  --interface UUID[@MAJOR.MINOR]   the interface
  --proc N                         the procedure's number, from 0

With --json each answer is
  {"event":"message","text":"hi","bytes":2,"procedure":0,"at":...}
`;

const HELP = `winipc rpc: remote procedure calls

  winipc rpc serve ncalrpc:[app] --interface ${ID} --echo
  winipc rpc call ncalrpc:[app] --interface ${ID} --proc 0 hello

  rpc serve BINDING --interface UUID[@MAJOR.MINOR] [--echo]
  rpc call  BINDING --interface UUID[@MAJOR.MINOR] --proc N [--hex] [DATA]

"winipc rpc serve --help" tells more of each.
`;

export const RPC: Group<RpcCommand> = {
  help: HELP,
  verbs: {
    serve: {
      help: SERVE_HELP,
      values: ["interface"],
      flags: ["echo"],
      read(args, common) {
        args.atMost(1);
        const address = addressOf(args, "serve");
        return {
          kind: "rpc serve",
          ...address,
          echo: args.flag("echo"),
          common,
        };
      },
    },
    call: {
      help: CALL_HELP,
      values: ["interface", "proc"],
      read(args, common) {
        args.atMost(2);
        const address = addressOf(args, "call");
        const procedure = args.integer("proc", 0);
        if (procedure === undefined) {
          throw new UsageError("Say which procedure: --proc N, from 0");
        }
        const messages = args.operands.slice(1);
        return { kind: "rpc call", ...address, procedure, messages, common };
      },
    },
  },
};

function addressOf(args: Arguments, verb: string): RpcAddress {
  const [binding] = args.operands;
  if (binding === undefined) {
    throw new UsageError(`Say where: "rpc ${verb} BINDING --interface UUID"`);
  }
  const id = args.text("interface");
  if (id === undefined) {
    throw new UsageError(
      "Say which interface: --interface UUID, or UUID@MAJOR.MINOR",
    );
  }
  const at = id.indexOf("@");
  return at < 0
    ? { binding, uuid: id, version: "1.0" }
    : { binding, uuid: id.slice(0, at), version: id.slice(at + 1) };
}
