import { serveRpc } from "../../../rpc/mod.ts";
import type { Environment } from "../../environment.ts";
import { abortable } from "../../connection/abort.ts";
import { InactivityTimeout } from "../../connection/inactivity_timeout.ts";
import { Printer } from "../../text/printer.ts";
import type { RpcServe } from "./spec.ts";

const NOTHING = new Uint8Array();

export async function run(
  { binding, uuid, version, echo, common }: RpcServe,
  env: Environment,
): Promise<void> {
  const printer = new Printer(env, common);
  const done = Promise.withResolvers<void>();
  using idle = new InactivityTimeout(env.signal, common.timeout);
  let count = 0;
  await using server = await serveRpc({
    bindings: [binding],
    interfaces: {
      uuid,
      version,
      async procedures(bytes, { procedure, caller }) {
        idle.progress();
        const { pid } = caller;
        try {
          await printer.message(bytes, { procedure, pid });
        } catch (error) {
          done.reject(error);
        }
        // The caller gets its answer before the end.
        if (++count >= common.count) setTimeout(done.resolve);
        return echo ? bytes : NOTHING;
      },
    },
  });
  env.log(`ready: ${server.bindings[0]}`);
  await abortable(done.promise, idle.signal);
}
