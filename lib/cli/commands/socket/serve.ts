import { listenSocket } from "../../../socket/mod.ts";
import type { Environment } from "../../environment.ts";
import { InactivityTimeout } from "../../connection/inactivity_timeout.ts";
import { Server } from "../../connection/server.ts";
import type { SocketServe } from "./spec.ts";

export async function run(
  command: SocketServe,
  env: Environment,
): Promise<void> {
  await using listener = await listenSocket(command.port);
  using idle = new InactivityTimeout(env.signal, command.common.timeout);
  await using server = new Server(command, env, idle);
  env.log(`ready: ${listener.name}`);
  await server.run(listener);
}
