/**
 * The command `winipc doctor`.
 *
 * @module
 */
import { command, type InputOf } from "../arguments/spec.ts";

export const DOCTOR = command({
  events: {
    system: {
      os: "string",
      release: "string?",
      wine: "boolean?",
      wineVersion: "string?",
      deno: "string",
      arch: "string",
    },
    check: {
      mechanism: "string",
      what: "string?",
      ok: "boolean",
      milliseconds: "integer",
      flag: "string",
      error: "string?",
      advice: "string?",
    },
  },
  help: () =>
    `winipc doctor [options]

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
`,
});
export type Doctor = InputOf<typeof DOCTOR>;
