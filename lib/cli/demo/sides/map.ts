import { handleValue } from "../../../anonymous_pipe/mod.ts";
import { mapFile } from "../../../file_mapping/mod.ts";
import type { DemoSide } from "../spec.ts";
import { Side } from "./side.ts";
import type { Environment } from "../../environment.ts";
import { checkRange } from "../../arguments/check_range.ts";
import { textBytes } from "../../commands/shm/shared.ts";

const LETTER = "w";

export async function run(
  command: DemoSide,
  env: Environment,
): Promise<void> {
  const { file = "" } = command;
  await (command.side === "a"
    ? edit(command, file, env)
    : show(command, file, env));
}

async function edit(
  command: DemoSide,
  file: string,
  env: Environment,
): Promise<void> {
  const side = new Side(command, env);
  const letter = side.bytes(LETTER);
  // The second character, which UTF-16 has at byte 2.
  const offset = letter.byteLength;
  using mapping = mapFile(file, { access: "read-write" });
  checkRange(`"${file}"`, mapping.size, offset, letter.byteLength);
  await side.has("opened", file, handleValue(mapping));
  const { encoding } = command.common;
  await side.received(file, await textBytes(mapping, 0, encoding));
  await side.send(file, letter, async (bytes) => {
    mapping.write(bytes, offset);
    await mapping.flush();
  });
  env.log(`ready: ${file}`);
  await side.did("closed", file);
}

async function show(
  command: DemoSide,
  file: string,
  env: Environment,
): Promise<void> {
  const side = new Side(command, env);
  using mapping = mapFile(file);
  await side.has("opened", file, handleValue(mapping));
  const { encoding } = command.common;
  await side.received(file, await textBytes(mapping, 0, encoding));
  await side.did("closed", file);
}
