import { connectSocket } from "../socket/connect.ts";
import { converse } from "./conversation.ts";
import type { Environment } from "./environment.ts";
import { Idle } from "./idle.ts";
import type { SocketConnect } from "./socket.ts";

/** Runs `socket connect`. */
export async function socketConnect(
  { address, messages, common }: SocketConnect,
  env: Environment,
): Promise<void> {
  using idle = new Idle(env.signal, common.timeout);
  const { signal } = idle;
  await using connection = await connectSocket(address, {
    // Whoever types another computer's name means it.
    allowRemote: true,
    signal,
  });
  await converse({ connection, messages, common, idle }, env);
}
