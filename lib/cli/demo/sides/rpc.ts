import { connectRpc, ndr, type RpcClient, serveRpc } from "../../../rpc/mod.ts";
import type { DemoSide } from "../spec.ts";
import { Side } from "./side.ts";
import type { Environment } from "../../environment.ts";
import { unlessAborted } from "../../connection/abort.ts";
import { InactivityTimeout } from "../../connection/inactivity_timeout.ts";
import { outgoing } from "../../text/outgoing.ts";

const NAME = "winipc-demo";
const INTERFACE = { uuid: "d6b1f1a0-2c35-4f59-8a0b-6b1d0f8c7e21" };
/** `[in] nothing, [out, string, unique] char **line`: null at the end. */
const NEXT_LINE = 0;
const LINE = [ndr.unique(ndr.charString())] as const;
const RETRY_MS = 20;

export async function run(
  command: DemoSide,
  env: Environment,
): Promise<void> {
  await (command.side === "a" ? serve(command, env) : call(command, env));
}

/** Serves a procedure that returns the next line of stdin. */
async function serve(command: DemoSide, env: Environment): Promise<void> {
  const { common } = command;
  const side = new Side(command, env);
  const binding = `ncalrpc:[${side.name(NAME)}]`;
  using idle = new InactivityTimeout(env.signal, common.timeout);
  const { signal } = idle;
  const lines = outgoing(env, { messages: [], common, signal });
  const done = Promise.withResolvers<void>();
  let turn: Promise<unknown> = Promise.resolve();
  const next = async () => {
    const { value } = await lines.next();
    idle.progress();
    if (!(value instanceof Uint8Array)) {
      // The answer is sent first.
      setTimeout(done.resolve);
      return ndr.encode(LINE, [null]);
    }
    const text = side.text(value);
    await side.send(binding, value, () => Promise.resolve());
    return ndr.encode(LINE, [text]);
  };
  await using _server = await serveRpc({
    bindings: [binding],
    interfaces: {
      ...INTERFACE,
      procedures: [() => {
        const answer = turn.then(next);
        turn = answer.catch(done.reject);
        return answer;
      }],
    },
  });
  await side.did("created", binding);
  env.log(`ready: ${binding}`);
  await unlessAborted(done.promise, signal);
  await side.did("closed", binding);
}

/** Calls it until the end. */
async function call(command: DemoSide, env: Environment): Promise<void> {
  const { common } = command;
  const side = new Side(command, env);
  const binding = `ncalrpc:[${side.name(NAME)}]`;
  using idle = new InactivityTimeout(env.signal, common.timeout);
  const { signal } = idle;
  using client = await connect(binding, signal);
  await side.did("opened", binding);
  for (let count = 0; count < common.count; count++) {
    const bytes = await client.call(NEXT_LINE, new Uint8Array(), { signal });
    const [line] = ndr.decode(LINE, bytes);
    if (line === null) break;
    await side.received(binding, side.bytes(line));
    idle.progress();
  }
  await side.did("closed", binding);
}

/** Waits for a to serve. */
async function connect(
  binding: string,
  signal: AbortSignal,
): Promise<RpcClient> {
  for (;;) {
    try {
      return await connectRpc(binding, { ...INTERFACE, signal });
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      const pause = new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      await unlessAborted(pause, signal);
    }
  }
}
