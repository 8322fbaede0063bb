/**
 * A gate before a WebSocket.
 *
 * A `WebSocket` takes whatever comes, and nothing tells it to wait. Here all its
 * bytes go through a pair of TCP connections of this process, and stay in the
 * outer one, and so with who sends them, while the gate is shut.
 *
 * @module
 */

const CHUNK = 65_536;

/** Two connections, and what passes between them. */
export class Gate {
  /** Told each time that bytes have gone out. */
  onOut: () => void = () => {};
  readonly #inner: Deno.Conn;
  readonly #outer: Deno.Conn;
  readonly #passing: Promise<unknown>;
  #opening: PromiseWithResolvers<void> | undefined;

  /** Begins to pass: `inner` is the WebSocket's, `outer` the partner's. */
  constructor(inner: Deno.TcpConn, outer: Deno.Conn) {
    this.#inner = inner;
    this.#outer = outer;
    inner.setNoDelay(true);
    if (isTcp(outer)) outer.setNoDelay(true);
    const ways = [
      pass(outer, inner, () => this.#opening?.promise),
      pass(inner, outer, () => this.onOut()),
    ];
    // Where one way fails the other has nothing to wait for.
    const over = ways.map((way) => way.catch(() => this.close()));
    this.#passing = Promise.all(over).finally(() => this.close());
  }

  /** Lets nothing in until it is opened. */
  shut(): void {
    this.#opening ??= Promise.withResolvers();
  }

  /** Lets in what waits. */
  open(): void {
    this.#opening?.resolve();
    this.#opening = undefined;
  }

  /** Cuts both connections. Safe to call twice. */
  close(): void {
    this.open();
    for (const connection of [this.#inner, this.#outer]) {
      try {
        connection.close();
      } catch (error) {
        if (!(error instanceof Deno.errors.BadResource)) throw error;
      }
    }
  }

  /** Resolves when nothing passes any more. */
  async settled(): Promise<void> {
    await this.#passing;
  }
}

function isTcp(connection: Deno.Conn): connection is Deno.TcpConn {
  return "setNoDelay" in connection;
}

async function pass(
  from: Deno.Conn,
  to: Deno.Conn,
  passed: () => void | Promise<void>,
): Promise<void> {
  const buffer = new Uint8Array(CHUNK);
  for (;;) {
    const length = await from.read(buffer);
    if (length === null) break;
    for (let at = 0; at < length;) {
      at += await to.write(buffer.subarray(at, length));
    }
    await passed();
  }
  await to.closeWrite();
}
