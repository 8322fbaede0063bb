import { GRAMMAR } from "./command.ts";
import { usageLines } from "./arguments/spec.ts";

const COLUMN = 15;

/** The help of the whole program. */
export const OVERVIEW = `winipc: inter-process communication on Windows

  winipc mailslot read                 in one console
  winipc mailslot write Name hello     in another
  winipc pipe serve --echo             in one console
  winipc pipe connect winipc hello     in another
  winipc shm create ShareMemory Shine  in one console
  winipc shm read                      in another
  winipc map edit Demo.txt w --offset 1
  winipc demo                          both processes of every scenario
  winipc objects                       which named objects exist
  winipc doctor                        what works on this machine

${
  usagesOf(
    "mailslot",
    "pipe",
    "shm",
    "map",
    "anon",
    "socket",
    "rpc",
    "message",
    "dde",
  )
}
  clipboard get | set [TEXT] | watch | formats | clear     [--format NAME]
  relay          FROM TO    pipe:NAME, mailslot-listen:NAME, tcp-listen:PORT,
                 ws:URL, nats:SUBJECT and more
  objects        [PATTERN] [--watch]
  demo           [MECHANISM...]
  demo           MECHANISM a|b
  doctor
  completions    bash|zsh|powershell
  trace view     FILE... [--output HTML]

Here winipc means "deno run -A cli.ts". The arguments after the name are the
messages to send; without them, the lines of stdin. Each received message is a
line on stdout. A command that waits for others prints "ready: NAME" on stderr.
Names are bare or full: jobs, \\\\.\\pipe\\jobs. "winipc pipe serve --help" explains
one command, and "winipc help json" the output of --json. WINIPC_VERBOSE=1 adds
stack traces to errors.
`;

function usagesOf(...names: string[]): string {
  return names.map((name) => {
    const found = GRAMMAR[name]!;
    return usageLines(name, "verbs" in found ? found.verbs : {}, COLUMN);
  }).join("\n");
}
