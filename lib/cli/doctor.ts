/**
 * The grammar of `winipc doctor`.
 *
 * @module
 */
import { type Common, COMMON_HELP } from "./common.ts";
import type { Verb } from "./grammar.ts";

/** `doctor` as it was typed. */
export interface Doctor {
  readonly kind: "doctor";
  readonly common: Common;
}

const HELP = `winipc doctor [options]

  winipc doctor
  winipc doctor --json

Tells what this machine can do: the system, whether each mechanism works (it is
tried, inside of this process), and which --allow-ffi each of them needs at
least. Exit code 1 when something fails.

With --json the lines are
  {"event":"system","os":"windows","release":"10.0.19045","wine":false,
   "deno":"2.9.5","arch":"x86_64","at":"2026-01-31T12:00:00.123456Z"}
  {"event":"check","mechanism":"pipe","ok":true,"milliseconds":3,
   "flag":"--allow-ffi=...","at":...}
and a check that failed has "error" and "advice".

${COMMON_HELP}
`;

/** The doctor. */
export const DOCTOR: Verb<Doctor> = {
  help: HELP,
  read(args, common) {
    args.atMost(0);
    return { kind: "doctor", common };
  },
};
