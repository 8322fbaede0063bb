import {
  readClipboard,
  watchClipboard,
  writeClipboard,
} from "../../../clipboard/mod.ts";
import type { DemoSide } from "../spec.ts";
import { Side } from "./side.ts";
import type { Environment } from "../../environment.ts";
import { InactivityTimeout } from "../../connection/inactivity_timeout.ts";
import { outgoing } from "../../text/outgoing.ts";

const NAME = "clipboard";

export async function run(
  command: DemoSide,
  env: Environment,
): Promise<void> {
  await (command.side === "a" ? write(command, env) : watch(command, env));
}

async function write(command: DemoSide, env: Environment): Promise<void> {
  const { common } = command;
  const { signal } = env;
  const side = new Side(command, env);
  for await (const line of outgoing(env, { messages: [], common, signal })) {
    await side.send(
      NAME,
      line,
      () => writeClipboard(side.text(line), { signal }),
    );
  }
  await side.did("closed", NAME);
}

async function watch(command: DemoSide, env: Environment): Promise<void> {
  const { common } = command;
  const side = new Side(command, env);
  await using watcher = watchClipboard();
  using idle = new InactivityTimeout(env.signal, common.timeout);
  await side.did("opened", NAME);
  env.log(`ready: ${NAME}`);
  for (let count = 0; count < common.count;) {
    await watcher.receive({ signal: idle.signal });
    const { text } = await readClipboard({ signal: env.signal });
    idle.progress();
    if (text === undefined) continue;
    await side.received(NAME, side.bytes(text));
    count++;
  }
  await side.did("closed", NAME);
}
