import { watchClipboard } from "../../../clipboard/mod.ts";
import { asShown, checkName, contentOf, unrendered } from "./content.ts";
import type { ClipboardWatch } from "./spec.ts";
import type { Environment } from "../../environment.ts";
import { InactivityTimeout } from "../../connection/inactivity_timeout.ts";
import { Printer } from "../../text/printer.ts";

export async function run(
  { format, common }: ClipboardWatch,
  env: Environment,
): Promise<void> {
  checkName(format);
  await using watcher = watchClipboard();
  using idle = new InactivityTimeout(env.signal, common.timeout);
  const printer = new Printer(env, asShown(format, common));
  env.log("ready: clipboard");
  for (let count = 0; count < common.count;) {
    const { sequence } = await watcher.receive({ signal: idle.signal });
    // Another program may have it open for long, and waiting loses no change.
    const wait = { signal: idle.signal, timeout: Infinity };
    const bytes = await contentOf(format, wait);
    idle.progress();
    const promise = bytes === undefined ? unrendered(format) : undefined;
    if (promise !== undefined && !common.quiet) env.log(promise);
    if (!common.json && bytes === undefined) continue;
    count++;
    const fields = { sequence, format };
    if (bytes === undefined) await printer.event("change", fields);
    else if (common.json) {
      await printer.event("change", printer.fields(bytes, fields));
    } else await printer.message(bytes);
  }
}
