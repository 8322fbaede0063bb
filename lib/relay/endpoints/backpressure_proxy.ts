/**
 * Backpressure for a WebSocket.
 *
 * A `WebSocket` accepts everything that arrives and cannot be paused. So all
 * its bytes go through a pair of TCP connections of this process. While the
 * proxy is paused, they stay in the outer connection, and so with their sender.
 *
 * @module
 */

const CHUNK = 65_536;

/** Two connections, and the bytes between them. */
export class BackpressureProxy {
  /** Called each time that bytes have been sent to the partner. */
  onSent: () => void = () => {};
  /** How many bytes have been sent to the partner. */
  bytesSent = 0;
  /** How many bytes it has taken from the WebSocket that the partner has not. */
  bytesHeld = 0;
  /** The error of the first direction that failed. */
  failure: unknown;
  readonly #inner: Deno.Conn;
  readonly #outer: Deno.Conn;
  readonly #passing: Promise<unknown>;
  #resumed: PromiseWithResolvers<void> | undefined;
  #isEnding = false;

  /**
   * Starts: `inner` is the WebSocket's, `outer` the partner's. `begin` passes
   * the first bytes to the partner.
   */
  constructor(
    inner: Deno.TcpConn,
    outer: Deno.Conn,
    begin: () => Promise<void> = () => Promise.resolve(),
  ) {
    this.#inner = inner;
    this.#outer = outer;
    inner.setNoDelay(true);
    if (isTcp(outer)) outer.setNoDelay(true);
    const directions = [
      pass(outer, inner, { passed: () => this.#resumed?.promise }),
      begin().then(() =>
        pass(inner, outer, {
          took: (size) => void (this.bytesHeld = size),
          wrote: (size) => this.#sent(size),
        })
      ),
    ];
    // If one direction fails, the other has nothing to wait for.
    const over = directions.map((direction) =>
      direction.catch((error) => {
        // Nobody reads more of a partner that has been refused.
        if (this.#isEnding) return;
        this.failure ??= error;
        this.close();
      })
    );
    this.#passing = Promise.all(over).finally(() => this.close());
  }

  /** Holds incoming bytes until resume(). */
  pause(): void {
    this.#resumed ??= Promise.withResolvers();
  }

  /** Lets incoming bytes pass again. */
  resume(): void {
    this.#resumed?.resolve();
    this.#resumed = undefined;
  }

  /**
   * Lets the WebSocket's server close its connection, and the partner get all
   * that it has sent, and the end: Deno's server keeps a connection, whatever
   * its response says (`keep_alive` in its ext/http/http_next.rs).
   */
  endInner(): void {
    this.#isEnding = true;
    this.#inner.closeWrite().catch(() => {});
  }

  /** Closes both connections. Safe to call twice. */
  close(): void {
    this.resume();
    for (const connection of [this.#inner, this.#outer]) {
      try {
        connection.close();
      } catch (error) {
        if (!(error instanceof Deno.errors.BadResource)) throw error;
      }
    }
  }

  /** Resolves when both directions have ended. */
  async settled(): Promise<void> {
    await this.#passing;
  }

  #sent(size: number): void {
    this.bytesSent += size;
    this.bytesHeld -= size;
    this.onSent();
  }
}

function isTcp(connection: Deno.Conn): connection is Deno.TcpConn {
  return "setNoDelay" in connection;
}

/** Called for the bytes that pass. */
interface Progress {
  took?(size: number): void;
  wrote?(size: number): void;
  /** Holds what comes next until it resolves. */
  passed?(): Promise<void> | undefined;
}

async function pass(
  from: Deno.Conn,
  to: Deno.Conn,
  { took, wrote, passed }: Progress,
): Promise<void> {
  const buffer = new Uint8Array(CHUNK);
  for (;;) {
    const length = await from.read(buffer);
    if (length === null) break;
    took?.(length);
    for (let at = 0; at < length;) {
      const size = await to.write(buffer.subarray(at, length));
      wrote?.(size);
      at += size;
    }
    await passed?.();
  }
  await to.closeWrite();
}
