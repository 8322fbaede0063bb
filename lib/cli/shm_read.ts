import { openSharedMemory } from "../shared_memory/mod.ts";
import type { Environment } from "./environment.ts";
import { checkPart } from "./part.ts";
import { Printer } from "./printer.ts";
import type { ShmRead } from "./shm.ts";
import { wholeName } from "./shm_name.ts";
import { textBytes } from "./shm_text.ts";

/** Runs `shm read`. */
export async function shmRead(
  command: ShmRead,
  env: Environment,
): Promise<void> {
  const { offset, length, common } = command;
  const name = wholeName(command.name);
  using memory = openSharedMemory(command.name, { access: "read" });
  checkPart(`"${name}"`, memory.size, offset, length ?? 0);
  const bytes = length === undefined
    ? await textBytes(memory, offset, common.encoding)
    : memory.read(offset, length);
  await new Printer(env, common, true).message(bytes, { name, offset });
}
