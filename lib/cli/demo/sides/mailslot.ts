import { handleValue } from "../../../anonymous_pipe/mod.ts";
import { createMailslot, openMailslot } from "../../../mailslot/mod.ts";
import type { DemoSide } from "../spec.ts";
import { Side } from "./side.ts";
import type { Environment } from "../../environment.ts";
import { InactivityTimeout } from "../../connection/inactivity_timeout.ts";
import { outgoing } from "../../text/outgoing.ts";

const NAME = "Name";
const LAST = "Exit";
const DEFAULT_TIMEOUT = 10_000;

export async function run(
  command: DemoSide,
  env: Environment,
): Promise<void> {
  await (command.side === "a" ? read(command, env) : write(command, env));
}

async function read(command: DemoSide, env: Environment): Promise<void> {
  const { common } = command;
  const side = new Side(command, env);
  await using mailslot = createMailslot(side.name(NAME));
  using idle = new InactivityTimeout(env.signal, common.timeout);
  await side.has("created", mailslot.name, handleValue(mailslot));
  env.log(`ready: ${mailslot.name}`);
  for (let count = 0; count < common.count; count++) {
    const message = await mailslot.receive({ signal: idle.signal });
    if (side.text(message) === LAST) break;
    await side.received(mailslot.name, message);
    idle.progress();
  }
  await side.did("closed", mailslot.name);
}

async function write(command: DemoSide, env: Environment): Promise<void> {
  const { common } = command;
  const { timeout = DEFAULT_TIMEOUT } = common;
  const { signal } = env;
  const side = new Side(command, env);
  await using sender = await openMailslot(side.name(NAME), {
    waitForPeer: true,
    timeout,
    signal,
  });
  await side.has("opened", sender.name, handleValue(sender));
  const send = (message: Uint8Array) => sender.send(message, { signal });
  for await (const line of outgoing(env, { messages: [], common, signal })) {
    if (side.text(line) === LAST) break;
    await side.send(sender.name, line, send);
  }
  await side.send(sender.name, side.bytes(LAST), send);
  await side.did("closed", sender.name);
}
