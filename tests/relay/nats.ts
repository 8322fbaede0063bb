/** Tests that talk to a NATS server. */

const SERVER = Deno.env.get("WINIPC_TEST_NATS");

/** A test that talks to a NATS server; without one it is ignored, and says so. */
export function natsTest(
  name: string,
  fn: (server: string) => Promise<void>,
): void {
  Deno.test({
    name: SERVER ? name : `${name} (no nats-server here)`,
    ignore: SERVER === undefined,
    // NATS' client keeps timers of its own a little longer.
    sanitizeOps: false,
    sanitizeResources: false,
    fn: () => fn(SERVER!),
  });
}

export const PONG = "PONG\r\n";
export const INFO = `INFO ${
  JSON.stringify({
    server_id: "test",
    version: "2.10.0",
    proto: 1,
    headers: true,
    max_payload: 1_048_576,
  })
}\r\n`;

/** What a server does with one connection. */
export type Conversation = (client: Client) => Promise<unknown>;

/** A client, as its server sees it. */
export class Client {
  readonly #connection: Deno.Conn;
  readonly #buffer = new Uint8Array(65_536);

  constructor(connection: Deno.Conn) {
    this.#connection = connection;
  }

  /** Says who it is, and reads what comes at once. */
  async greet(more = ""): Promise<string> {
    await this.say(INFO + more);
    return await this.hear();
  }

  async say(text: string): Promise<void> {
    await this.#connection.write(new TextEncoder().encode(text));
  }

  /** Reads once; the end is an empty text. */
  async hear(): Promise<string> {
    const length = await this.#connection.read(this.#buffer);
    return new TextDecoder().decode(this.#buffer.subarray(0, length ?? 0));
  }

  /** Answers each line, or only each PING, until the client has left. */
  async serve(
    answer: (line: string) => string | undefined = () => undefined,
  ): Promise<void> {
    for (let text = await this.greet(); text !== ""; text = await this.hear()) {
      for (const line of text.split("\r\n").slice(0, -1)) {
        await this.say(answer(line) ?? (line === "PING" ? PONG : ""));
      }
    }
  }
}

/** A server of NATS' protocol that does what a test says, and closes. */
export class FakeNats implements AsyncDisposable {
  readonly address: string;
  readonly #listener: Deno.TcpListener;
  readonly #serving: Promise<void>;

  /** The last conversation serves all later connections too. */
  constructor(...conversations: [Conversation, ...Conversation[]]) {
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.address = `127.0.0.1:${this.#listener.addr.port}`;
    this.#serving = this.#serve(conversations);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#serving;
  }

  async #serve(conversations: Conversation[]): Promise<void> {
    const open: Promise<void>[] = [];
    for await (const connection of this.#listener) {
      const [now, ...later] = conversations;
      if (later.length > 0) conversations = later;
      open.push(converse(now!, connection));
    }
    await Promise.all(open);
  }
}

const GONE = [
  Deno.errors.ConnectionReset,
  Deno.errors.ConnectionAborted,
  Deno.errors.BrokenPipe,
];

async function converse(
  conversation: Conversation,
  connection: Deno.Conn,
): Promise<void> {
  try {
    await conversation(new Client(connection));
  } catch (error) {
    // A client may be gone.
    if (!GONE.some((type) => error instanceof type)) throw error;
  } finally {
    connection.close();
  }
}
