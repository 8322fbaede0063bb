// deno-lint-ignore-file no-console
// Tries uses of winipc with the rights that this process has, and says how each
// went, one JSON object a line: try.ts READY USE…
import { TRIALS } from "./trials.ts";

const [ready, ...uses] = Deno.args as [string, ...string[]];

for (const use of uses) {
  try {
    await TRIALS[use]!(JSON.parse(ready));
    console.log(JSON.stringify({ use, name: "ok", message: "" }));
  } catch (error) {
    const { name, message } = error as Error;
    console.log(JSON.stringify({ use, name, message }));
  }
}
