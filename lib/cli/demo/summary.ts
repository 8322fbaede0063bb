import { bold, green, red } from "@std/fmt/colors";
import { columns } from "../text/columns.ts";
import type { ScenarioName } from "./spec.ts";
import type { Outcome } from "./event.ts";
import type { Measured } from "./measure.ts";

/** The results of a mechanism. */
export interface Result {
  readonly mechanism: ScenarioName;
  readonly outcome: Outcome;
  readonly measured: Measured | undefined;
  /** Its minimal flag for `deno run`. */
  readonly flag: string | undefined;
}

/** How many bytes both sides have sent. */
export function bytesOf({ events }: Outcome): number {
  return events
    .filter(({ event }) => event === "sent")
    .reduce((sum, { bytes = 0 }) => sum + bytes, 0);
}

/** A row for each mechanism. */
export function summary(results: readonly Result[]): string {
  const head = ["MECHANISM", "WORKS", "BYTES", "ROUND TRIP", "NEEDS"];
  const rows = results.map(({ mechanism, outcome, measured, flag }) => [
    mechanism,
    outcome.error === undefined ? "yes" : "no",
    String(bytesOf(outcome)).padStart(head[2]!.length),
    measured === undefined
      ? "–".padStart(head[3]!.length)
      : `${measured.roundTrip.toFixed(2)} ms`.padStart(head[3]!.length),
    shortFlag(flag),
  ]);
  const [first, ...lines] = columns([head, ...rows]).trimEnd().split("\n");
  const colored = lines.map((line) =>
    line.replace(/^(\S+ +)(yes|no)\b/, (_all, before, works) => {
      return before + (works === "yes" ? green(works) : red(works));
    })
  );
  return `${[bold(first!), ...colored].join("\n")}\n\n${NOTE}\n`;
}

const NOTE =
  `ROUND TRIP is the median of 16 bytes there and back between two processes.
"winipc doctor" lists the full flags, ready to copy.`;
const FFI = "--allow-ffi=";

/** The flag without the folder of Windows' libraries. */
function shortFlag(flag = ""): string {
  if (!flag.startsWith(FFI)) return flag;
  const names = flag.slice(FFI.length).split(",")
    .map((path) => path.slice(path.lastIndexOf("\\") + 1));
  return `${FFI}${names.join(",")}`;
}
