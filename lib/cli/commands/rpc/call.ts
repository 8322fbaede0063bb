import { connectRpc } from "../../../rpc/mod.ts";
import type { Environment } from "../../environment.ts";
import { argumentBytes, outgoing } from "../../text/outgoing.ts";
import { Printer } from "../../text/printer.ts";
import type { RpcCall } from "./spec.ts";

export async function run(
  { binding, uuid, version, proc: procedure, data, common, ...more }: RpcCall,
  env: Environment,
): Promise<void> {
  const { signal } = env;
  const wait = { signal, timeout: common.timeout };
  const messages = argumentBytes(data === undefined ? [] : [data], common);
  using client = await connectRpc(binding, {
    uuid,
    version,
    waitForPeer: more.wait,
    ...wait,
  });
  const printer = new Printer(env, common);
  for await (const message of outgoing(env, { messages, common, signal })) {
    const answer = await client.call(procedure, message, wait);
    await printer.message(answer, { procedure });
  }
}
