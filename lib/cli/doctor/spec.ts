/**
 * The grammar of `winipc doctor`.
 *
 * @module
 */
import type { Common } from "../arguments/global_options.ts";
import type { Verb } from "../arguments/grammar.ts";

export interface Doctor {
  readonly kind: "doctor";
  readonly common: Common;
}

const HELP = `winipc doctor [options]

  winipc doctor
  winipc doctor --json

Tells what this machine can do: the system, Deno's version and that of Windows
or Wine, whether each mechanism works (it is tried, inside of this process; the
clipboard is only looked at), and the flags that each of them needs at least.
What it can do beyond that with more of them stands below it, the least first.
What fails is told with what to do about it. Exit code 1 when something fails.

With --json the lines are
  {"event":"system","os":"windows","release":"10.0.19045","wine":true,
   "wineVersion":"10.0","deno":"2.9.6","arch":"x86_64",
   "at":"2026-01-31T12:00:00.123456Z"}
  {"event":"check","mechanism":"pipe","ok":true,"milliseconds":3,
   "flag":"--allow-ffi=...","at":...}
where "release" and "wine" are absent where they may not be asked, and
"wineVersion" on Windows, too. What needs more flags has "what"; and a check
that failed has "error" and "advice".
`;

export const DOCTOR: Verb<Doctor> = {
  help: HELP,
  read(args, common) {
    args.atMost(0);
    return { kind: "doctor", common };
  },
};
