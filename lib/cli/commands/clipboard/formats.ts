import { clipboardFormats } from "../../../clipboard/mod.ts";
import type { ClipboardFormats } from "./spec.ts";
import type { Environment } from "../../environment.ts";
import { Printer } from "../../text/printer.ts";

export async function run(
  { common }: ClipboardFormats,
  env: Environment,
): Promise<void> {
  const wait = { timeout: common.timeout, signal: env.signal };
  await new Printer(env, common).list(
    "format",
    await clipboardFormats(wait),
    ({ id, name }) => [`${id}`, name],
    ["ID", "NAME"],
  );
}
