/** The server of the tests, in another process. */

import { connectDde, type DdeConversation } from "../../../lib/dde/mod.ts";
import { uniqueName } from "../../support/names.ts";
import { type Peer, startScript } from "../../support/peer.ts";

/** A server, and a conversation with it. */
export interface Served extends AsyncDisposable {
  readonly service: string;
  readonly peer: Peer;
  readonly talk: DdeConversation;
}

/** Starts the server and connects to its first topic. */
export async function served(): Promise<Served> {
  const service = uniqueName("dde");
  const script = new URL("./server.ts", import.meta.url);
  const peer = startScript(script, [service, Deno.pid]);
  await peer.says("ready");
  const talk = await connectDde(service, "first", { waitForPeer: true });
  await peer.says(`+ first ${Deno.pid}`);
  return {
    service,
    peer,
    talk,
    async [Symbol.asyncDispose]() {
      await talk[Symbol.asyncDispose]();
      await peer[Symbol.asyncDispose]();
    },
  };
}
