/**
 * The command `winipc doctor`.
 *
 * @module
 */
import { command, type InputOf } from "../arguments/spec.ts";

export const DOCTOR = command({
  events: {
    system: {
      os: "windows",
      "release?": "10.0.19045",
      "wine?": true,
      "wineVersion?": "10.0",
      deno: "2.9.6",
      arch: "x86_64",
    },
    check: {
      mechanism: "pipe",
      "what?": "...",
      ok: false,
      milliseconds: 3,
      flag: "--allow-ffi=...",
      "error?": "...",
      "advice?": "...",
    },
  },
  help: `  winipc doctor
  winipc doctor --json

Shows the system, the versions of Deno and of Windows or Wine, whether each
mechanism works (it tries them inside this process, and only reads the
clipboard), and the minimal flags of each. Optional features follow, with the
extra flags they need. Each failure comes with advice. Exit code 1 if something
fails.`,
  jsonNotes:
    `"release" and "wine" are absent without the permission to read them, and
"wineVersion" also on Windows. An optional feature has "what", and a failed
check has "error" and "advice".`,
});
export type Doctor = InputOf<typeof DOCTOR>;
