// deno-lint-ignore-file no-console
// Tries all uses of winipc, those of RPC last, and says of each which calls have
// made memory executable: executable.ts READY USE…
import { trace, type TraceRecord } from "../../../mod.ts";
import { TRIALS } from "./trials.ts";

const [ready, ...uses] = Deno.args as [string, ...string[]];
/** `PAGE_EXECUTE…` */
const EXECUTABLE = 0xf0;

let found: string[] = [];
const sink = ({ name, args }: TraceRecord) => {
  const { flProtect, flNewProtect } = args as Record<string, unknown>;
  const protection = Number(flNewProtect ?? flProtect ?? 0);
  if (/^Virtual/.test(name) && (protection & EXECUTABLE) !== 0) {
    found.push(name);
  }
  if (name === "RtlAddFunctionTable") found.push(name);
};

for (const use of uses) {
  found = [];
  using _trace = trace({ sink });
  await TRIALS[use]!(JSON.parse(ready));
  console.log(JSON.stringify({ use, found }));
}
