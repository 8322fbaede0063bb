/**
 * The command `winipc objects`.
 *
 * @module
 */
import { command, type InputOf } from "../../arguments/spec.ts";
import { UsageError } from "../../arguments/usage_error.ts";

const OBJECT = {
  name: "Local\\ShareMemory",
  kind: "section",
  type: "Section",
  folder: "local",
  "target?": "...",
  "instances?": 16,
} as const;

/** How often `--watch` lists the objects, in ms. */
const INTERVAL = 250;

export const OBJECTS = command({
  operands: { pattern: { label: "PATTERN", fallback: "*" } },
  options: {
    watch: { help: "print what appears and vanishes, until Ctrl-C" },
    interval: {
      label: "MS",
      min: 1,
      help: `how often --watch lists the objects (${INTERVAL})`,
    },
  },
  events: {
    object: OBJECT,
    appeared: OBJECT,
    vanished: OBJECT,
    unlisted: { folder: "pipe", error: "Cannot list pipes: ..." },
  },
  help: `  winipc objects                   every object
  winipc objects jobs              those whose name contains "jobs", in any case
  winipc objects "Local\\*.event"   * is any text, and ? one character
  winipc objects jobs --watch      prints what appears and vanishes
  winipc objects --json

Lists the named objects: sections (shared memory), events, mutexes, semaphores
and others of this session (Local\\) and of all sessions (Global\\), with the
targets of symbolic links, and the named pipes and mailslots of this computer.
PATTERN applies to the full name or to the part after Local\\, Global\\ or
\\\\.\\pipe\\. Exit code 3 if nothing matches.`,
  notes:
    `Windows does not say which programs use an object, and does not announce
objects: --watch misses those that exist for less than an interval. A line on
stderr names each folder that cannot be listed. Under Wine these are the folders
of pipes and mailslots.`,
  jsonNotes:
    `"type" is Windows' own name of the kind. Links have a "target", and pipes
"instances". With --watch the event is "appeared" or "vanished". "unlisted" is a
folder that cannot be listed.`,
}, ({ interval, ...values }) => {
  if (interval === undefined || values.watch) {
    return { ...values, interval: interval ?? INTERVAL };
  }
  throw new UsageError("Unexpected --interval: it needs --watch");
});
export type Objects = InputOf<typeof OBJECTS>;
