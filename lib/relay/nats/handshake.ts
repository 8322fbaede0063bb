/**
 * NATS' client, changed so that it learns why a server refuses it.
 *
 * The client sends CONNECT and PING in two writes. A server that refuses CONNECT
 * closes with PING unread, which resets the connection (RFC 1122, 4.2.2.13), and
 * Windows then drops what was received: the refusal. In one write, the server
 * has read both before it closes. So does NATS' client for Go (`sendConnect` in
 * nats.go).
 *
 * The client also waits for its time limit if the connection ends before the
 * server has answered. Here such a try ends at once.
 *
 * @module
 */

import { concat } from "../../io/concat.ts";
import {
  type NatsConnection,
  nodeSockets,
  type NodeTransport,
  type TransportParts,
} from "./client.ts";
import { tlsTransport } from "./tls.ts";

const LOST = "The connection was closed before the server answered";
const FAILED_WRITE = /^write /;

/** Connects like `connect()` of NATS' client. */
export async function connectClient(
  client: TransportParts,
  options: Record<string, unknown>,
): Promise<NatsConnection> {
  const sockets = await nodeSockets();
  const Transport = tlsTransport(sockets);
  client.setTransportFactory({
    factory: () => new Transport(),
    dnsResolveFn: sockets.nodeResolveHost,
  });
  const connection = new client.NatsConnectionImpl(options);
  const protocol = new (handshake(client))(connection.options, connection);
  await protocol.dialLoop();
  connection.protocol = protocol;
  return connection;
}

function handshake({ ProtocolHandler }: TransportParts) {
  return class extends ProtocolHandler {
    /** Called before each try, also to restore the connection. */
    override prepare(): Promise<unknown> {
      const answered = super.prepare();
      const { transport, connectError } = this;
      joinFirstWrites(transport);
      const lost = (error: Error | undefined) => {
        // Not after an answer, nor when the next try has begun.
        if (this.connectError !== connectError) return;
        // That a write failed does not say why the server closed.
        const reason = FAILED_WRITE.test(error?.message ?? "")
          ? this.lastError
          : error ?? this.lastError;
        connectError?.(reason ?? new Deno.errors.ConnectionReset(LOST));
      };
      // The client reads what has arrived before that.
      void transport.closed().then((error) =>
        void setTimeout(() => lost(error ?? undefined))
      );
      return answered;
    }
  };
}

/** Sends the first two commands, CONNECT and PING, in one write. */
function joinFirstWrites(transport: NodeTransport): void {
  const send = transport.send.bind(transport);
  let connect: Uint8Array | undefined;
  transport.send = (frame) => {
    if (connect === undefined) {
      connect = frame;
      return;
    }
    transport.send = send;
    send(concat([connect, frame]));
  };
}
