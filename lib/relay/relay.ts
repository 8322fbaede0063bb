/**
 * Relays: bytes and messages between any two ends.
 *
 * @module
 */

import { checkWait } from "../io/wait/wait_options.ts";
import { Counts, type RelayCounts } from "./counts.ts";
import { parseOptions, type RelayOptions } from "./options.ts";
import { joinEnds, type Work } from "./partners.ts";
import { serveRequests } from "./requests.ts";
import { type Ends, ends } from "./endpoint_schemes.ts";

/** How long the ends may take to finish after `count` messages. */
const MAX_FINISH_MS = 60_000;
/** The reason why a closed relay ends, made when a relay first is. */
let closed: DOMException | undefined;

/**
 * Joins two ends and relays data between them, in both directions if both ends
 * can. Resolves when partners can reach it.
 *
 * | end | what it is |
 * |---|---|
 * | `stdio` | this program's stdin and stdout |
 * | `exec:COMMAND ARG…` | a program, by its stdin and stdout |
 * | `pipe:NAME`, `pipe-listen:NAME` | a named pipe's client, its server |
 * | `mailslot:NAME`, `mailslot-listen:NAME` | sends to a mailslot, receives from it |
 * | `ring:NAME`, `ring-create:NAME` | a ring, read as FROM and written as TO |
 * | `message:TITLE`, `message-listen:TITLE` | `WM_COPYDATA` to a window, and of a window |
 * | `clipboard` | its text: receives each change, and sets it |
 * | `tcp:HOST:PORT`, `tcp-listen:[HOST:]PORT` | a TCP socket |
 * | `ws:URL`, `ws-listen:[HOST:]PORT` | a WebSocket |
 * | `nats:SUBJECT[@SERVER]`, `nats-listen:SUBJECT[@SERVER]` | asks or publishes; answers or subscribes |
 *
 * A listening end serves many partners, each with its own far end. If the far
 * end exists only once (stdio, a mailslot, window or ring created here, the
 * clipboard), it serves the first partner that sends or takes something, and
 * the relay ends with it; partners that are silent, or leave, do not use it up.
 * Two listening ends join their partners in the order in which they come, and
 * skip a client of a pipe that has left without a word.
 *
 * Message boundaries are kept if both ends have them, and made by `frame` if
 * one does not. A slow reader slows the writer: a relay holds two chunks, or
 * one message, for each direction and partner, and 1 MiB more for a partner
 * that takes nothing. The end of a stream, or of one direction, is relayed too.
 *
 * The data of a partner that has left is still delivered, unless the other one
 * takes nothing for 60 s: then the connection ends with a `TimedOut` error.
 *
 * Over NATS, messages are requests with answers if the other end answers (a
 * pipe, a socket, a program, stdin). They are published without answers if it
 * does not (a mailslot, a window, the clipboard, a ring) or `oneWay` is set.
 *
 * Needs the permissions of its mechanisms, and `--allow-net` for TCP and
 * WebSockets. NATS also needs the npm packages `@nats-io/transport-node` and
 * `@nats-io/jetstream`, which are loaded on first use.
 *
 * @throws {TypeError} for a bad end or option, and for ends that cannot be
 * joined
 * @throws the errors of the mechanisms, with the end's name before the message
 * @throws the signal's reason
 *
 * @example A pipe server for TCP clients of this computer
 * ```ts
 * import { callPipe, listenPipe, relay } from "@winipc/winipc";
 *
 * await using app = listenPipe("app", { mode: "message" }); // in another process
 * const served = app.accept().then(async (connection) => {
 *   await connection.write(await connection.readMessage() ?? new Uint8Array());
 *   return connection;
 * });
 *
 * await using running = await relay("pipe-listen:front", "pipe:app", {
 *   mode: "message",
 * });
 * const hello = new TextEncoder().encode("hello");
 * console.log((await callPipe("front", hello)).byteLength); // 5
 * (await served).close();
 * ```
 */
export async function relay(
  from: string,
  to: string,
  options: RelayOptions = {},
): Promise<Relay> {
  const settled = parseOptions(options);
  const { signal } = options;
  checkWait({ signal });
  const over = new AbortController();
  const counts = new Counts();
  const last = new AbortController();
  let left = settled.count;
  let limit: ReturnType<typeof setTimeout> | undefined;
  const passed = () => {
    if (--left !== 0) return;
    last.abort(closedReason());
    limit = setTimeout(() => over.abort(closedReason()), MAX_FINISH_MS);
  };
  const work = {
    options: settled,
    counts,
    signal: over.signal,
    last: last.signal,
    passed,
  };
  const abort = () => over.abort(signal!.reason);
  signal?.addEventListener("abort", abort, { once: true });
  const disarm = () => {
    clearTimeout(limit);
    signal?.removeEventListener("abort", abort);
  };
  try {
    const run = await started(await ends(from, to, settled), work);
    return new Relay(run(), over, counts, disarm);
  } catch (error) {
    disarm();
    throw error;
  }
}

/**
 * Opens everything that can be opened at once, and returns a function that runs
 * until the end.
 */
function started(
  { from, to, asks }: Ends,
  work: Work,
): Promise<() => Promise<void>> {
  if (from.kind === "requests" && to.kind === "connect") {
    return serveRequests(from, to, asks, work);
  }
  if (to.kind === "requests" && from.kind === "connect") {
    return serveRequests(to, from, asks, work);
  }
  if (from.kind === "requests" || to.kind === "requests") {
    throw new TypeError("Invalid ends: nothing can pass between them");
  }
  return joinEnds(from, to, work);
}

/**
 * A running relay. Made by {@linkcode relay}.
 *
 * @example
 * ```ts
 * import { connectSocket, listenPipe, relay } from "@winipc/winipc";
 *
 * await using app = listenPipe("app"); // in another process
 * await using running = await relay("tcp-listen:7391", "pipe:app");
 * await using client = await connectSocket(7391);
 * await using server = await app.accept();
 * await client.write(new TextEncoder().encode("hello"));
 * await server.read(new Uint8Array(64));
 * console.log(running.counts.forward.bytes); // 5
 * ```
 */
export class Relay implements AsyncDisposable {
  /**
   * Resolves when both ends have ended, or the relay was closed. Rejects with
   * the error that ended it, or the signal's reason.
   */
  readonly finished: Promise<RelayCounts>;
  readonly #over: AbortController;
  readonly #counts: Counts;

  /** Use {@linkcode relay}. */
  constructor(
    running: Promise<void>,
    over: AbortController,
    counts: Counts,
    disarm: () => void,
  ) {
    this.#over = over;
    this.#counts = counts;
    this.finished = this.#end(running).finally(disarm);
    // Prevents an unhandled rejection if the program never reads it.
    this.finished.catch(() => {});
  }

  /** The data relayed so far. */
  get counts(): RelayCounts {
    return this.#counts.now();
  }

  /** Ends the relay and closes its ends. Safe to call twice. */
  close(): void {
    this.#over.abort(closedReason());
  }

  /** Ends the relay and waits until its ends are closed. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.finished.catch(() => {});
  }

  async #end(running: Promise<void>): Promise<RelayCounts> {
    try {
      await running;
    } catch (error) {
      // Whatever error an end reports, the cause is the abort.
      const { aborted, reason } = this.#over.signal;
      const cause = aborted ? reason : error;
      if (cause !== closed) throw cause;
    }
    return this.counts;
  }
}

function closedReason(): DOMException {
  return closed ??= new DOMException("The relay is closed", "AbortError");
}
