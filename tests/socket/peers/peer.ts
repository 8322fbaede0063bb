// A socket in another process: peer.ts VERB PORT TRANSPORT
import {
  connectSocket,
  listenSocket,
  type SocketTransport,
} from "../../../mod.ts";
import { crash, readLine, say } from "../../support/peer_side.ts";

const [verb, port, transport] = Deno.args as [string, string, SocketTransport];

if (verb === "serve") {
  await using listener = await listenSocket(0, { transport });
  say(listener.local.port);
  await using connection = await listener.accept();
  for (;;) {
    const buffer = new Uint8Array(65536);
    const length = await connection.read(buffer);
    if (length === null) break;
    await connection.write(buffer.subarray(0, length));
  }
  await connection.closeWrite();
} else if (verb === "crash") {
  await using listener = await listenSocket(0, { transport });
  say(listener.local.port);
  await using connection = await listener.accept();
  const buffer = new Uint8Array(65536);
  const length = await connection.read(buffer);
  await connection.write(buffer.subarray(0, length ?? 0));
  crash();
} else if (verb === "read") {
  await using connection = await connectSocket(port, { transport });
  say("connected");
  let total = 0;
  try {
    for await (const chunk of connection.readable) total += chunk.byteLength;
  } catch (error) {
    // A connection that was never accepted is reset.
    if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
  }
  say(total);
} else {
  await using connection = await connectSocket(port, { transport });
  await connection.write(new TextEncoder().encode("from the peer"));
  say("sent");
  await readLine();
  crash();
}
