/**
 * The commands of `winipc rpc`.
 *
 * @module
 */
import { command, group, type InputOf, WAIT } from "../../arguments/spec.ts";
import { content } from "../../text/events.ts";

const BINDINGS =
  `BINDING is Windows' own string: ncalrpc:[name] on this computer,
ncacn_np:[\\\\pipe\\\\name] by a named pipe, ncacn_ip_tcp:127.0.0.1[port] by TCP.
Without [...] Windows chooses, and clients ask the endpoint mapper.`;

const ID = "6b1e0e2a-7d0c-4f7e-9f0a-1f6f2a6d0a11";

/** The last one that a client can call: `MAX_PROCEDURE` of lib/rpc/connect.ts. */
const LAST_PROCEDURE = 32767;

const BINDING = { label: "BINDING" } as const;
const INTERFACE = {
  label: "UUID[@MAJOR.MINOR]",
  required: true,
  help: "the interface",
} as const;
const CALLED = { ...content(), procedure: 0 } as const;

const SERVE = command({
  operands: { binding: BINDING },
  options: { interface: INTERFACE, echo: { help: "send back received bytes" } },
  events: { message: { ...CALLED, "pid?": 1234 } },
  help: `  winipc rpc serve ncalrpc:[app] --interface ${ID} --echo
  winipc rpc serve ncacn_ip_tcp:127.0.0.1[4000] --interface ${ID}@2.0 --hex

Serves all procedures of one interface, and prints the bytes of each call. The
answer is empty, or with --echo the same bytes. Other computers are refused. The
default version is 1.0.

${BINDINGS}`,
  jsonNotes: '"pid" is the caller\'s, with ncalrpc only.',
}, withVersion);
export type RpcServe = InputOf<typeof SERVE>;

const CALL = command({
  // The arguments' bytes; without them each line of stdin is a call.
  operands: { binding: BINDING, data: { label: "DATA", optional: true } },
  options: {
    interface: INTERFACE,
    proc: {
      label: "N",
      min: 0,
      max: LAST_PROCEDURE,
      required: true,
      help: `the procedure's number, 0 to ${LAST_PROCEDURE}`,
    },
    wait: WAIT,
  },
  events: { message: CALLED },
  help: `  winipc rpc call ncalrpc:[app] --interface ${ID} --proc 0 hello
  winipc rpc call ncalrpc:[app] --interface ${ID} --proc 0 hello --wait
  winipc rpc call ncacn_np:[\\\\pipe\\\\svcctl] --hex --proc 15 --interface 367abb81-9844-35f1-ad32-98f038001003@2.0 000000000000000001000000

Calls procedure number N with DATA, or with each line of stdin, and prints the
resulting bytes. Exit code 3 if there is no server.

${BINDINGS}`,
}, withVersion);
export type RpcCall = InputOf<typeof CALL>;

/** Takes `UUID@MAJOR.MINOR` apart. */
function withVersion<V extends { readonly interface: string }>(values: V) {
  const [uuid = "", version = "1.0"] = values.interface.split(/@(.*)/s);
  return { ...values, uuid, version };
}

export const RPC = group(
  `remote procedure calls

  winipc rpc serve ncalrpc:[app] --interface ${ID} --echo
  winipc rpc call ncalrpc:[app] --interface ${ID} --proc 0 hello`,
  { serve: SERVE, call: CALL },
);
