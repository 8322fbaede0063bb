import { openSharedMemory } from "../../../shared_memory/mod.ts";
import { ByteText } from "../../text/bytes.ts";
import type { Environment } from "../../environment.ts";
import { checkRange } from "../../arguments/check_range.ts";
import { Printer } from "../../text/printer.ts";
import type { ShmWrite } from "./spec.ts";
import { wholeName } from "./shared.ts";

export async function run(
  command: ShmWrite,
  env: Environment,
): Promise<void> {
  const { text, nul, offset, common } = command;
  const name = wholeName(command.name);
  const bytes = new ByteText(common).ofArgument(text);
  const zeros = nul ? nulWidth(command) : 0;
  const written = new Uint8Array(bytes.byteLength + zeros);
  written.set(bytes);
  using memory = openSharedMemory(command.name);
  checkRange(`"${name}"`, memory.size, offset, written.byteLength);
  memory.write(written, offset);
  const printer = new Printer(env, common);
  const shown = printer.fields(bytes);
  await printer.event("written", {
    ...shown,
    bytes: written.byteLength,
    name,
    offset,
  });
}

function nulWidth({ common }: ShmWrite): number {
  const wide = common.format !== "hex" && common.encoding.startsWith("utf-16");
  return wide ? 2 : 1;
}
