/**
 * The parts of NATS' own client that are used, loaded on first use.
 *
 * @module
 */

export interface Headers {
  get(name: string): string;
  set(name: string, value: string): void;
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

/** `@nats-io/jetstream`. */
export interface Streams {
  jetstream(connection: NatsConnection): JetStream;
  jetstreamManager(connection: NatsConnection): Promise<JetStreamManager>;
}

const VERSION = "3.4.0";

export function transport(): Promise<Transport> {
  return load("transport-node");
}

/** The two packages for JetStream. */
export function streams(): Promise<Streams> {
  return load("jetstream");
}

/**
 * Spelled so that nothing resolves these packages unless NATS is used: they are
 * fetched on first use.
 */
async function load<T>(name: string): Promise<T> {
  const specifier = ["npm", `@nats-io/${name}@${VERSION}`].join(":");
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
