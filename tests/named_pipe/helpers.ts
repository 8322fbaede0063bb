/** Both ends of a pipe, and peers at one of them. */

import {
  connectPipe,
  type ConnectPipeOptions,
  listenPipe,
  type ListenPipeOptions,
  type PipeConnection,
  type PipeListener,
} from "../../mod.ts";
import "../support/native.ts";
import { uniqueName } from "../support/names.ts";
import { type Peer, startScript } from "../support/peer.ts";

/** A connected pipe with both ends in this process. */
export interface Pair extends AsyncDisposable {
  readonly listener: PipeListener;
  readonly server: PipeConnection;
  readonly client: PipeConnection;
}

/** Makes both ends here. */
export async function pair(
  listening: ListenPipeOptions = {},
  connecting: ConnectPipeOptions = {},
): Promise<Pair> {
  const listener = listenPipe(uniqueName(), listening);
  const client = await connectPipe(listener.name, connecting);
  const server = await listener.accept();
  return {
    listener,
    server,
    client,
    async [Symbol.asyncDispose]() {
      for (const end of [client, server, listener]) {
        await end[Symbol.asyncDispose]();
      }
    },
  };
}

/** A client in another process: a verb of peers/client.ts. */
export function clientPeer(
  verb: string,
  name: string,
  ...args: (string | number)[]
): Peer {
  const script = new URL("./peers/client.ts", import.meta.url);
  return startScript(script, [verb, name, ...args]);
}

/** A server in another process that is ready: a verb of peers/server.ts. */
export async function serverPeer(
  verb: string,
  name: string,
  ...args: (string | number)[]
): Promise<Peer> {
  const script = new URL("./peers/server.ts", import.meta.url);
  const peer = startScript(script, [verb, name, ...args]);
  await peer.says("ready");
  return peer;
}

/** One turn of the event loop, after which what was begun is under way. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
