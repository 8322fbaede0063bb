import { connectSocket, listenSocket } from "../../../socket/mod.ts";
import type { SocketConnection } from "../../../../mod.ts";
import type { DemoSide } from "../spec.ts";
import { Side } from "./side.ts";
import type { Environment } from "../../environment.ts";
import { unlessAborted } from "../../connection/abort.ts";
import { InactivityTimeout } from "../../connection/inactivity_timeout.ts";
import { arrivals, FINISHED, framed, Pieces } from "../../text/incoming.ts";
import { outgoing } from "../../text/outgoing.ts";

/** The port that a listens on without a prefix. */
const PORT = 42424;
const FIRST_PORT = 43000;
const PORTS = 6000;
const RETRY_MS = 20;

export async function run(
  command: DemoSide,
  env: Environment,
): Promise<void> {
  await (command.side === "a" ? write(command, env) : read(command, env));
}

/** Listens, and sends the lines of stdin to the first client. */
async function write(command: DemoSide, env: Environment): Promise<void> {
  const { common, prefix } = command;
  const side = new Side(command, env);
  using idle = new InactivityTimeout(env.signal, common.timeout);
  const { signal } = idle;
  await using listener = await listenSocket(portOf(prefix));
  await side.did("created", listener.name);
  env.log(`ready: ${listener.name}`);
  await using b = await listener.accept({ signal });
  for await (const line of outgoing(env, { messages: [], common, signal })) {
    await side.send(
      listener.name,
      line,
      async (message) => {
        for (const piece of framed([message], "byte", common)) {
          await b.write(piece, { signal });
        }
      },
    );
    idle.progress();
  }
  await b.closeWrite({ signal });
  // b closes when it has everything.
  while (await b.read(new Uint8Array(64), { signal }) !== null);
  await side.did("closed", listener.name);
}

/** Connects, and prints received data until the end. */
async function read(command: DemoSide, env: Environment): Promise<void> {
  const { common, prefix } = command;
  const side = new Side(command, env);
  using idle = new InactivityTimeout(env.signal, common.timeout);
  await using a = await connect(portOf(prefix), idle.signal);
  await side.did("opened", a.name);
  const pieces = new Pieces("byte", common);
  let count = 0;
  const show = async (texts: Uint8Array[]) => {
    for (const text of texts) {
      await side.received(a.name, text);
      if (++count >= common.count) return true;
    }
    return false;
  };
  for await (const arrived of arrivals(a, idle.signal)) {
    idle.progress();
    if (arrived !== FINISHED && await show(pieces.push(arrived))) break;
  }
  if (count < common.count) await show(pieces.end());
  await side.did("closed", a.name);
}

/** Waits for a to listen. */
async function connect(
  port: number,
  signal: AbortSignal,
): Promise<SocketConnection> {
  for (;;) {
    try {
      return await connectSocket(port, { signal });
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
      const pause = new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      await unlessAborted(pause, signal);
    }
  }
}

/** A port for each prefix, so that several demos can run at the same time. */
function portOf(prefix: string): number {
  if (prefix === "") return PORT;
  let sum = 0;
  for (let at = 0; at < prefix.length; at++) {
    sum = (Math.imul(sum, 31) + prefix.charCodeAt(at)) >>> 0;
  }
  return FIRST_PORT + sum % PORTS;
}
