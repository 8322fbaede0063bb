// deno-lint-ignore-file no-console
// Measures a cheap native call. Argument: "bare" by Deno.dlopen alone, "off" as
// winipc binds it, "ended" after a trace has ended, "on" while one is taken.
import { kernel32 } from "../../../lib/win32/kernel32.ts";
import { SYSTEM32 } from "../../support/system32.ts";

const [kind] = Deno.args;
const CALLS = kind === "on" ? 20_000 : 2_000_000;
const ROUNDS = 9;

const bare = Deno.dlopen(`${SYSTEM32}\\kernel32.dll`, {
  GetCurrentProcessId: { parameters: [], result: "u32" },
}).symbols;
const bound = kernel32().raw;
if (kind === "on" || kind === "ended") {
  const { trace } = await import("../../../mod.ts");
  const taken = trace({ sink: () => {} });
  if (kind === "ended") {
    run(bound, 1000);
    taken.stop();
  }
}
const functions = kind === "bare" ? bare : bound;
const times: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  const since = performance.now();
  run(functions, CALLS);
  times.push((performance.now() - since) * 1e6 / CALLS);
}
console.log(JSON.stringify({ nanos: Math.min(...times) }));

function run(by: { GetCurrentProcessId(): number }, calls: number): number {
  let sum = 0;
  for (let i = 0; i < calls; i++) sum += by.GetCurrentProcessId();
  return sum;
}
