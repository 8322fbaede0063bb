import { createSharedMemory } from "../../../shared_memory/mod.ts";
import type { Environment } from "../../environment.ts";
import { Idle } from "../../connection/inactivity_timeout.ts";
import { Printer } from "../../text/printer.ts";
import type { ShmCreate } from "./spec.ts";
import { contentOf } from "./content.ts";
import { hold } from "./hold.ts";
import { wholeName } from "./name.ts";

export async function run(
  command: ShmCreate,
  env: Environment,
): Promise<void> {
  const { size, common } = command;
  const name = wholeName(command.name);
  using idle = new Idle(env.signal, common.timeout);
  const content = await contentOf(command, env, idle);
  // New memory is zeroed, so the NUL after the text is already there.
  using memory = createSharedMemory(command.name, { size, createNew: true });
  memory.write(content);
  await new Printer(env, common).event("created", {
    name,
    size,
    mappedSize: memory.mappedSize,
    bytes: content.byteLength,
  });
  env.talk(`ready: ${name}`);
  if (command.hold !== undefined) return await hold(command.hold, env.signal);
  if (env.interactive && !common.quiet) env.talk("Ctrl-C ends it");
  idle.progress();
  await hold(Infinity, idle.signal);
}
