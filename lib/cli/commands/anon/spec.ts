/**
 * The commands of `winipc anon`.
 *
 * @module
 */
import { command, group, type InputOf } from "../../arguments/spec.ts";
import { content } from "../../text/events.ts";
import { UsageError } from "../../arguments/usage_error.ts";

const RUN = command({
  operands: {
    command: { label: "COMMAND" },
    args: { label: "ARG", rest: true },
  },
  options: {
    newConsole: {
      help: `give the child a console window of its own, for programs that use
CONIN$ and CONOUT$, such as for a password`,
    },
    windowsHide: {
      help: `hide windows that the child opens without showing them
explicitly, such as that of a new console`,
    },
  },
  trailing: true,
  events: {
    started: { pid: 1234 },
    message: content("hello"),
    exited: { pid: 1234, code: 0 },
  },
  help: `  winipc anon run sort.exe                     sorts the lines of stdin
  winipc anon run cmd.exe /c echo hello
  winipc anon run --windows-hide cmd.exe /c ver
  winipc anon run --json node.exe -e "console.log(1)"

Starts COMMAND as a child with two anonymous pipes: our stdin goes to it, and
its stdout to ours, unchanged; it shares our stderr. It inherits these three
handles and no others. The exit code is the child's. Processes that it has
started may keep its stdout open longer: their output is passed on until they
close it, or --timeout has passed. Ctrl-C ends the child and all its
descendants. Options after COMMAND belong to the child.

A console shows the output as UTF-8. If the child writes another code page, give
--encoding gbk or the like, or run "chcp 65001" first. Text that you type at a
console reaches the child in the console's input code page.`,
  notes:
    `If winipc itself exits with 5, stderr has the line "winipc: Timed out: ..."; all
errors of winipc begin with "winipc: ". Some systems keep 8 bits of a code, so
0xC0000005 looks like 5: stderr and --json have any code above 255 in full.

With --json, --hex, --count or another --encoding than utf-8, the output is
split into lines.`,
}, (values) => {
  if (!values.newConsole || !values.windowsHide) return values;
  throw new UsageError(
    "Cannot combine --new-console and --windows-hide: give one of them",
  );
});
export type AnonRun = InputOf<typeof RUN>;

export const ANON = group(
  `a child over inherited anonymous pipes

  winipc anon run sort.exe       sorts the lines of stdin`,
  { run: RUN },
);
