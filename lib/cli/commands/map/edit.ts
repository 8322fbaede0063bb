import { mapFile } from "../../../file_mapping/mod.ts";
import { ByteText } from "../../text/bytes.ts";
import type { Environment } from "../../environment.ts";
import type { MapEdit } from "./spec.ts";
import { checkRange } from "../../arguments/check_range.ts";
import { Printer } from "../../text/printer.ts";

export async function run(
  { file, text, offset, common }: MapEdit,
  env: Environment,
): Promise<void> {
  const bytes = new ByteText(common).ofArgument(text);
  using mapping = mapFile(file, { access: "read-write" });
  checkRange(`"${file}"`, mapping.size, offset, bytes.byteLength);
  mapping.write(bytes, offset);
  await mapping.flush();
  const printer = new Printer(env, common);
  await printer.event("written", printer.fields(bytes, { file, offset }));
}
