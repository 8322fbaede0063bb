import { connectSocket } from "../../../socket/mod.ts";
import { converse } from "../../connection/conversation.ts";
import type { Environment } from "../../environment.ts";
import { argumentBytes } from "../../text/outgoing.ts";
import { InactivityTimeout } from "../../connection/inactivity_timeout.ts";
import type { SocketConnect } from "./spec.ts";

export async function run(
  { address, wait, messages, common }: SocketConnect,
  env: Environment,
): Promise<void> {
  const given = argumentBytes(messages, common);
  using idle = new InactivityTimeout(env.signal, common.timeout);
  const { signal } = idle;
  await using connection = await connectSocket(address, {
    // Another computer must be allowed, since the user typed its name.
    allowRemote: true,
    waitForPeer: wait,
    signal,
  });
  await converse({ connection, messages: given, common, idle }, env);
}
