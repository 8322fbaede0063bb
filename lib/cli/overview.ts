import { usageLines } from "./arguments/help.ts";
import { COMMANDS } from "./command.ts";

/** The help of the whole program. */
export function overview(): string {
  return `winipc: inter-process communication on Windows

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

${usageLines(COMMANDS)}

Here winipc means "deno run -A cli.ts". The arguments after the name are the
messages to send; without them, the lines of stdin. Each received message is a
line on stdout. A command that waits for others prints "ready: NAME" on stderr.
Names are bare or full: jobs, \\\\.\\pipe\\jobs. A relay's FROM and TO are
pipe:NAME, mailslot-listen:NAME, tcp-listen:PORT, ws:URL, nats:SUBJECT and more.
"winipc pipe serve --help" explains one command, and "winipc help json" the
output of --json. WINIPC_VERBOSE=1 adds stack traces to errors.
`;
}
