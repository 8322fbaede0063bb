import { openSharedMemory } from "../../../shared_memory/mod.ts";
import type { SharedMemory } from "../../../../mod.ts";
import { columns } from "../../text/columns.ts";
import type { Environment } from "../../environment.ts";
import { Printer } from "../../text/printer.ts";
import type { ShmInfo } from "./spec.ts";
import { wholeName } from "./shared.ts";

export async function run(
  command: ShmInfo,
  env: Environment,
): Promise<void> {
  const { common } = command;
  const name = wholeName(command.name);
  using memory = open(command.name);
  const { size, access } = memory;
  if (common.json) {
    return await new Printer(env, common).event("info", { name, size, access });
  }
  await env.out(columns([
    ["name", name],
    ["size", `${size}`],
    ["access", access],
  ]));
}

/** With all access that this user has. */
function open(name: string): SharedMemory {
  try {
    return openSharedMemory(name);
  } catch (error) {
    if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
    return openSharedMemory(name, { access: "read" });
  }
}
