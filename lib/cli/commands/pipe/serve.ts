import { listenPipe } from "../../../named_pipe/mod.ts";
import type { Environment } from "../../environment.ts";
import { InactivityTimeout } from "../../connection/inactivity_timeout.ts";
import type { PipeServe } from "./spec.ts";
import { Server } from "../../connection/server.ts";

export async function run(
  command: PipeServe,
  env: Environment,
): Promise<void> {
  const { name, mode, max, sddl, allowRemote, http, common } = command;
  if (http !== undefined) {
    // Only this option needs it: see `run()` of lib/cli.
    const url = new URL("serve_http.ts", import.meta.url);
    const module: typeof import("./serve_http.ts") = await import(url.href);
    return await module.serveHttp(command, http, env);
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
