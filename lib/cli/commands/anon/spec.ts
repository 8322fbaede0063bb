/**
 * The grammar of `winipc anon`.
 *
 * @module
 */
import type { Common } from "../../arguments/global_options.ts";
import type { Group } from "../../arguments/grammar.ts";
import { UsageError } from "../../arguments/usage_error.ts";

export interface AnonRun {
  readonly kind: "anon run";
  readonly command: string;
  readonly args: readonly string[];
  readonly common: Common;
}

const RUN_HELP = `winipc anon run [options] COMMAND [ARG...]

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
`;

const HELP = `winipc anon: a child over inherited anonymous pipes

  winipc anon run sort.exe       sorts the lines of stdin
  winipc anon run [options] COMMAND [ARG...]

"winipc anon run --help" tells more.
`;

export const ANON: Group<AnonRun> = {
  help: HELP,
  verbs: {
    run: {
      help: RUN_HELP,
      trailing: true,
      read(args, common) {
        const [command, ...rest] = args.operands;
        if (command === undefined) {
          throw new UsageError(
            'Something is missing: give "anon run COMMAND [ARG...]"',
          );
        }
        return { kind: "anon run", command, args: rest, common };
      },
    },
  },
};
