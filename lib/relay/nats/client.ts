/**
 * The parts of NATS' own client that are used, loaded on first use.
 *
 * @module
 */

import type { Socket } from "node:net";
import type { ConnectionOptions, TLSSocket } from "node:tls";

export interface Headers {
  get(name: string): string;
  set(name: string, value: string): void;
  encode(): Uint8Array;
}

/** A received message. */
export interface Message {
  readonly data: Uint8Array;
  readonly reply?: string;
  readonly headers?: Headers;
  respond(data?: Uint8Array, options?: { headers?: Headers }): boolean;
}

export interface Subscription {
  drain(): Promise<void>;
  unsubscribe(): void;
}

/** A connection to a server, or to another one when that fails. */
export interface NatsConnection {
  readonly info?: { readonly "max_payload": number };
  publish(
    subject: string,
    data?: Uint8Array,
    options?: { headers?: Headers },
  ): void;
  request(
    subject: string,
    data: Uint8Array,
    options: { timeout: number },
  ): Promise<Message>;
  subscribe(subject: string, options: {
    queue?: string;
    callback: (error: Error | null, message: Message) => void;
  }): Subscription;
  flush(): Promise<void>;
  drain(): Promise<void>;
  close(): Promise<void>;
  closed(): Promise<void | Error>;
  getServer(): string;
  status(): StatusEvents;
}

/** What happens to a connection, for example an error that a server reports. */
export interface StatusEvents {
  push(event: { readonly type: string; readonly error?: Error }): void;
}

export interface StreamMessage {
  readonly data: Uint8Array;
  readonly headers?: Headers;
  readonly seq: number;
  readonly redelivered: boolean;
  working(): void;
  nak(): void;
  term(reason?: string): void;
  ackAck(): Promise<boolean>;
}

/** Messages from a stream. */
export interface StreamMessages extends AsyncIterable<StreamMessage> {
  stop(): void;
}

/** Publishing to streams and consuming them. */
export interface JetStream {
  publish(subject: string, data: Uint8Array, options: {
    msgID: string;
    timeout: number;
    headers?: Headers;
  }): Promise<unknown>;
  readonly consumers: {
    get(stream: string, name: string): Promise<{
      consume(options: { "max_messages": number }): Promise<StreamMessages>;
    }>;
  };
}

/** Managing streams and their consumers. */
export interface JetStreamManager {
  readonly streams: {
    info(name: string): Promise<unknown>;
    add(config: Record<string, unknown>): Promise<unknown>;
  };
  readonly consumers: {
    info(stream: string, name: string): Promise<unknown>;
    add(stream: string, config: Record<string, unknown>): Promise<unknown>;
  };
}

/** `@nats-io/transport-node`. */
export interface Transport {
  connect(options: Record<string, unknown>): Promise<NatsConnection>;
  credsAuthenticator(creds: Uint8Array): unknown;
  headers(): Headers;
  createInbox(): string;
}

/** The parts of it that `connect()` is made of, for `handshake.ts`. */
export interface TransportParts extends Transport {
  readonly NatsConnectionImpl: new (
    options: Record<string, unknown>,
  ) => NatsConnection & { readonly options: unknown; protocol: Protocol };
  readonly ProtocolHandler: new (
    options: unknown,
    connection: NatsConnection,
  ) => Protocol;
  readonly setTransportFactory: (factory: {
    factory: () => NodeTransport;
    dnsResolveFn: unknown;
  }) => void;
}

/** The client's side of the protocol, over one socket after another. */
export interface Protocol {
  readonly transport: NodeTransport;
  /** Fails the current try. It is only set until the server has answered. */
  readonly connectError: ((error: Error) => void) | undefined;
  /** The last error that a server reported. */
  readonly lastError: Error | undefined;
  /** Prepares a try. The result resolves when the server answers. */
  prepare(): Promise<unknown>;
  dialLoop(): Promise<void>;
}

/** One socket. */
export interface NodeTransport {
  send(frame: Uint8Array): void;
  closed(): Promise<void | Error>;
}

/** Its parts that `tls.ts` changes. */
export interface NodeTransportParts extends NodeTransport {
  readonly socket: Socket;
  readonly tlsName: string;
  readonly options: { readonly tls?: ConnectionOptions | null };
  /** Reads what the server says first. */
  peekInfo(): Promise<{ readonly "tls_verify"?: boolean }>;
  startTLS(): Promise<TLSSocket>;
  /** Listens to the socket, when it is open. */
  setupHandlers(): void;
  close(error?: Error): Promise<void>;
}

/** A file of `@nats-io/transport-node`: the package itself does not export it. */
export interface NodeSockets {
  readonly NodeTransport: new () => NodeTransportParts;
  readonly nodeResolveHost: unknown;
}

/** `@nats-io/jetstream`. */
export interface Streams {
  jetstream(connection: NatsConnection): JetStream;
  jetstreamManager(connection: NatsConnection): Promise<JetStreamManager>;
}

const VERSION = "3.4.0";

export function transport(): Promise<TransportParts> {
  return load("transport-node");
}

export function nodeSockets(): Promise<NodeSockets> {
  return load("transport-node", "/lib/node_transport.js");
}

/** The two packages for JetStream. */
export function streams(): Promise<Streams> {
  return load("jetstream");
}

/** Whether the client reports a timeout. */
export function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === "TimeoutError";
}

/**
 * Spelled so that nothing resolves these packages unless NATS is used: they are
 * fetched on first use.
 */
async function load<T>(name: string, file = ""): Promise<T> {
  const specifier = ["npm", `@nats-io/${name}@${VERSION}${file}`].join(":");
  try {
    return await import(specifier);
  } catch (error) {
    const reason = error instanceof Error
      ? error.message.split("\n")[0]
      : error;
    throw new Error(
      `Cannot load ${specifier}, which speaks to NATS: ${reason}; check the network, or fetch it before with "deno cache ${specifier}"`,
      { cause: error },
    );
  }
}
