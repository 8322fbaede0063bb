/** Clients that reset their connection before they are accepted. */

import { assertEquals } from "@std/assert";
import { connectSocket, listenSocket } from "../../mod.ts";
import { bytes, text } from "../support/names.ts";
import { closed, started, webSocket } from "../relay/helpers.ts";

/** Whether the first client goes before it is accepted, or with that. */
type Way = "before" | "with";

/**
 * Lets the first client of each listener be gone when it is accepted. On
 * Windows `accept` then says WSAECONNRESET, and what is asked of the connection
 * fails by WSAENOTCONN or its like (Microsoft: accept, setsockopt); Wine, on
 * Linux, gives the connection.
 */
function resetFirst(way: Way): Disposable {
  const { listen } = Deno;
  const reset = () => {
    throw new Deno.errors.ConnectionReset("(os error 10054)");
  };
  Deno.listen = ((options: Deno.TcpListenOptions) => {
    const listener = listen(options);
    const accept = listener.accept.bind(listener);
    let first = true;
    listener.accept = async () => {
      const connection = await accept();
      if (!first) return connection;
      first = false;
      if (way === "with") {
        connection.setNoDelay = reset;
        return connection;
      }
      connection.close();
      return reset();
    };
    return listener;
  }) as typeof Deno.listen;
  return { [Symbol.dispose]: () => void (Deno.listen = listen) };
}

for (const way of ["before", "with"] as const) {
  Deno.test(`listenSocket() serves on after a client that is gone ${way} accept`, async () => {
    using _ = resetFirst(way);
    await using listener = await listenSocket();
    using _gone = await connectSocket(listener.local.port);
    const accepted = listener.accept();
    using client = await connectSocket(listener.local.port);
    using server = await accepted;
    assertEquals(server.remote.port, client.local.port);
  });

  Deno.test(`relay() from tcp-listen serves on after a client that is gone ${way} accept`, async () => {
    await using to = await listenSocket();
    using _ = resetFirst(way);
    await using running = await started(
      "tcp-listen:0",
      `tcp:${to.name}`,
    );
    using _gone = await connectSocket(running.ready[0]!);
    using client = await connectSocket(running.ready[0]!);
    await client.write(bytes("hello"));
    using server = await to.accept();
    const buffer = new Uint8Array(5);
    await server.read(buffer);
    assertEquals([text(buffer), running.errors], ["hello", []]);
  });

  Deno.test(`relay() from ws-listen serves on after a client that is gone ${way} accept`, async () => {
    await using to = await listenSocket();
    using _ = resetFirst(way);
    await using running = await started("ws-listen:0", `tcp:${to.name}`);
    using _gone = await connectSocket(running.ready[0]!.slice(5));
    const socket = await webSocket(running.ready[0]!);
    socket.send(bytes("hello"));
    using server = await to.accept();
    const buffer = new Uint8Array(5);
    await server.read(buffer);
    assertEquals([text(buffer), running.errors], ["hello", []]);
    await closed(socket);
  });
}
