import { asShown, contentOf, unrendered } from "./content.ts";
import type { ClipboardGet } from "./spec.ts";
import type { Environment } from "../../environment.ts";
import { Printer } from "../../text/printer.ts";

export async function run(
  { format, common }: ClipboardGet,
  env: Environment,
): Promise<void> {
  const { timeout } = common;
  const bytes = await contentOf(format, { timeout, signal: env.signal });
  if (bytes === undefined) {
    throw new Deno.errors.NotFound(
      unrendered(format) ??
        `Cannot read the clipboard as "${format}": it lacks this format; "winipc clipboard formats" lists those it has`,
    );
  }
  const printer = new Printer(env, asShown(format, common));
  if (common.json) {
    await printer.event("clipboard", printer.fields(bytes, { format }));
  } else await printer.message(bytes);
}
