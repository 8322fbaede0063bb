import { connectDde, serveDde } from "../../../dde/mod.ts";
import type { DemoSide } from "../spec.ts";
import { Side } from "./side.ts";
import type { Environment } from "../../environment.ts";
import { unlessAborted } from "../../connection/abort.ts";
import { InactivityTimeout } from "../../connection/inactivity_timeout.ts";
import { outgoing } from "../../text/outgoing.ts";

const SERVICE = "winipc";
const TOPIC = "demo";
const ITEM = "text";
const DEFAULT_TIMEOUT = 10_000;

export async function run(
  command: DemoSide,
  env: Environment,
): Promise<void> {
  await (command.side === "a" ? serve(command, env) : watch(command, env));
}

async function serve(command: DemoSide, env: Environment): Promise<void> {
  const { common } = command;
  const side = new Side(command, env);
  const service = side.name(SERVICE);
  using idle = new InactivityTimeout(env.signal, common.timeout);
  const { signal } = idle;
  const watched = Promise.withResolvers<void>();
  await using server = serveDde(service, {
    topics: { [TOPIC]: { items: { [ITEM]: "" } } },
    onAdvise: () => watched.resolve(),
  });
  await side.did("created", service);
  env.log(`ready: ${service}`);
  await unlessAborted(watched.promise, signal);
  for await (const line of outgoing(env, { messages: [], common, signal })) {
    await side.send(service, line, (text) => {
      server.publish(TOPIC, ITEM, side.text(text));
      return Promise.resolve();
    });
    idle.progress();
  }
  await side.did("closed", service);
}

async function watch(command: DemoSide, env: Environment): Promise<void> {
  const { common } = command;
  const { timeout = DEFAULT_TIMEOUT } = common;
  const side = new Side(command, env);
  const service = side.name(SERVICE);
  const options = { waitForPeer: true, timeout, signal: env.signal };
  await using conversation = await connectDde(service, TOPIC, options);
  await using advice = await conversation.advise(ITEM, options);
  using idle = new InactivityTimeout(env.signal, common.timeout);
  await side.did("opened", service);
  for (let count = 0; count < common.count; count++) {
    try {
      const { data } = await advice.receive({ signal: idle.signal });
      await side.received(service, side.bytes(data?.text ?? ""));
    } catch (error) {
      // a has ended.
      if (error instanceof Deno.errors.BrokenPipe) break;
      throw error;
    }
    idle.progress();
  }
  await side.did("closed", service);
}
