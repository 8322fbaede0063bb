import {
  findWindows,
  listenMessages,
  sendCopyData,
} from "../../../copy_data/mod.ts";
import type { DemoSide } from "../spec.ts";
import { Side } from "./side.ts";
import type { Environment } from "../../environment.ts";
import { InactivityTimeout } from "../../connection/inactivity_timeout.ts";
import { outgoing } from "../../text/outgoing.ts";
import { now } from "../../text/printer.ts";

const TITLE = "Client";
const DEFAULT_TIMEOUT = 10_000;

export async function run(
  command: DemoSide,
  env: Environment,
): Promise<void> {
  await (command.side === "a" ? send(command, env) : listen(command, env));
}

async function send(command: DemoSide, env: Environment): Promise<void> {
  const { common } = command;
  const { timeout = DEFAULT_TIMEOUT } = common;
  const { signal } = env;
  const side = new Side(command, env);
  const title = side.name(TITLE);
  const options = { waitForPeer: true, timeout, signal };
  let first = true;
  for await (const line of outgoing(env, { messages: [], common, signal })) {
    const at = now();
    await side.send(title, line, async (text) => {
      await sendCopyData(title, text, options);
      if (!first) return;
      first = false;
      const [window] = findWindows({ title });
      await side.did("opened", title, { handle: window?.handle, at });
    });
  }
  await side.did("closed", title);
}

async function listen(command: DemoSide, env: Environment): Promise<void> {
  const { common } = command;
  const side = new Side(command, env);
  const title = side.name(TITLE);
  await using listener = listenMessages({ title });
  using idle = new InactivityTimeout(env.signal, common.timeout);
  await side.has("created", title, listener.handle);
  env.log(`ready: ${title}`);
  for (let count = 0; count < common.count; count++) {
    const { bytes } = await listener.receive({ signal: idle.signal });
    await side.received(title, bytes);
    idle.progress();
  }
  await side.did("closed", title);
}
