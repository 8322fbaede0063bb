import { openSharedMemory } from "../../../shared_memory/mod.ts";
import type { Environment } from "../../environment.ts";
import { checkRange } from "../../arguments/check_range.ts";
import { Printer } from "../../text/printer.ts";
import type { ShmRead } from "./spec.ts";
import { textBytes, wholeName } from "./shared.ts";

export async function run(
  command: ShmRead,
  env: Environment,
): Promise<void> {
  const { offset, length, common } = command;
  const name = wholeName(command.name);
  const access = "read";
  using memory = command.wait
    ? await openSharedMemory(command.name, {
      access,
      waitForPeer: true,
      signal: env.signal,
      timeout: common.timeout,
    })
    : openSharedMemory(command.name, { access });
  checkRange(`"${name}"`, memory.size, offset, length ?? 0);
  const bytes = length === undefined
    ? await textBytes(memory, offset, common.encoding)
    : memory.read(offset, length);
  await new Printer(env, common, true).message(bytes, { name, offset });
}
