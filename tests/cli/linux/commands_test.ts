import { assertEquals } from "@std/assert";
import { COMMANDS, type Run } from "../../../lib/cli/command.ts";
import { SCENARIOS } from "../../../lib/cli/demo/spec.ts";
import { moduleOf } from "../../../lib/cli/run.ts";

const RUNS: object[] = [
  ...Object.keys(COMMANDS).map((kind) => ({ kind })),
  { kind: "demo echo" },
  ...SCENARIOS.map((scenario) => ({ kind: "demo side", scenario })),
];

for (const run of RUNS) {
  const file = moduleOf(run as Run);
  Deno.test(`lib/cli/${file} runs its command`, async () => {
    const module = await import(
      new URL(`../../../lib/cli/${file}`, import.meta.url).href
    );
    assertEquals(typeof module.run, "function");
  });
}
