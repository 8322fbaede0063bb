/**
 * The commands of `winipc anon`.
 *
 * @module
 */
import { command, group, type InputOf } from "../../arguments/spec.ts";
import { CONTENT } from "../../text/events.ts";

const RUN = command({
  operands: {
    command: { label: "COMMAND" },
    args: { label: "ARG", rest: true },
  },
  usage: "[options] COMMAND [ARG...]",
  trailing: true,
  events: {
    started: { pid: "integer" },
    message: CONTENT,
    exited: { pid: "integer", code: "integer" },
  },
  help: () =>
    `winipc anon run [options] COMMAND [ARG...]

  winipc anon run sort.exe                     sorts the lines of stdin
  winipc anon run cmd.exe /c echo hello
  winipc anon run --json node.exe -e "console.log(1)"

Starts COMMAND as a child over two anonymous pipes: our stdin goes to it, and
its stdout to ours, unchanged; its stderr is ours. It inherits these three
handles and no other. The exit code is the child's. What it has started may hold
its stdout for longer: that is passed on until it is closed, or --timeout is over.
Ctrl-C ends the child and all that it has started. Options behind COMMAND are the
child's own.

A 5 of winipc's own has the line "winipc: Timed out: ..." on stderr; every failure
of its own begins with "winipc: ". Some systems keep 8 bits of a code, so that
0xC0000005 looks like 5: stderr has any code above 255 whole, and so has --json.

With --json, --hex, --count or another --encoding than utf-8 its output is taken
apart into lines. With --json the lines are
  {"event":"started","pid":1234,"at":"2026-01-31T12:00:00.123456Z"}
  {"event":"message","text":"hello","bytes":5,"at":...}
  {"event":"exited","pid":1234,"code":0,"at":...}
`,
});
export type AnonRun = InputOf<typeof RUN>;

export const ANON = group(
  "anon",
  () =>
    `winipc anon: a child over inherited anonymous pipes

  winipc anon run sort.exe       sorts the lines of stdin
  winipc anon run [options] COMMAND [ARG...]

"winipc anon run --help" tells more.
`,
  { run: RUN },
);
