import { connectPipe } from "../../../named_pipe/mod.ts";
import { converse } from "../../connection/conversation.ts";
import type { Environment } from "../../environment.ts";
import { argumentBytes } from "../../text/outgoing.ts";
import { InactivityTimeout } from "../../connection/inactivity_timeout.ts";
import type { PipeConnect } from "./spec.ts";

export async function run(
  { name, mode, wait, messages, common }: PipeConnect,
  env: Environment,
): Promise<void> {
  const given = argumentBytes(messages, common);
  using idle = new InactivityTimeout(env.signal, common.timeout);
  const { signal } = idle;
  await using connection = await connectPipe(name, {
    mode,
    access: "available",
    waitForPeer: wait,
    signal,
  });
  await converse({ connection, messages: given, common, idle }, env);
}
