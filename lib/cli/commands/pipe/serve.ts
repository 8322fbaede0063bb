import { listenPipe } from "../../../named_pipe/mod.ts";
import type { Environment } from "../../environment.ts";
import { InactivityTimeout } from "../../connection/inactivity_timeout.ts";
import { load } from "../../load.ts";
import type { PipeServe } from "./spec.ts";
import { Server } from "../../connection/server.ts";

export async function run(
  command: PipeServe,
  env: Environment,
): Promise<void> {
  const { name, mode, max, sddl, allowRemote, http, common } = command;
  if (http !== undefined) {
    type Http = typeof import("./serve_http.ts");
    const { serveHttp } = await load<Http>("commands/pipe/serve_http.ts");
    return await serveHttp(command, http, env);
  }
  await using listener = listenPipe(name, {
    mode,
    maxInstances: max,
    sddl,
    allowRemote,
  });
  using idle = new InactivityTimeout(env.signal, common.timeout);
  await using server = new Server(command, env, idle);
  env.log(`ready: ${listener.name}`);
  await server.run(listener);
}
