import type { PipeConnection, SocketConnection } from "../../../mod.ts";
import type { GlobalOptions } from "../arguments/global_options.ts";
import { isTimeout } from "../exit_code.ts";
import { joinedLines, lineEndOf, LineSplitter } from "./lines.ts";

export type CliConnection = PipeConnection | SocketConnection;

/** The other side has sent everything. */
export const FINISHED: unique symbol = Symbol("finished");

/**
 * How long an empty message counts as the last one, in ms. "pipe connect" sends
 * an empty line together with the next one.
 */
const LAST_WORD_MS = 250;
const CHUNK = 262144;

/**
 * Received messages, or chunks in byte mode, up to the end. A chunk is valid
 * until the next one is requested. An empty message without a successor becomes
 * {@linkcode FINISHED}.
 */
export async function* arrivals(
  connection: CliConnection,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array | typeof FINISHED, void, void> {
  if (connection.mode === "byte") {
    const buffer = new Uint8Array(CHUNK);
    for (;;) {
      const length = await connection.read(buffer, { signal });
      if (length === null) return;
      yield buffer.subarray(0, length);
    }
  }
  let empty = 0;
  for (let finished = false;;) {
    const timeout = empty > 0 ? LAST_WORD_MS : Infinity;
    const message = await connection.readMessage({ signal, timeout })
      .catch((error): typeof FINISHED => {
        if (signal.aborted || empty === 0 || !isTimeout(error)) throw error;
        return FINISHED;
      });
    if (message !== FINISHED && message?.byteLength === 0) {
      empty++;
      continue;
    }
    const last = message === FINISHED || message === null;
    for (; empty > (last ? 1 : 0); empty--) yield new Uint8Array(0);
    empty = 0;
    if (message === null) return;
    if (message !== FINISHED) yield message;
    else if (!finished) yield FINISHED;
    finished = message === FINISHED;
  }
}

/** Cuts received data into parts to print: lines if bytes carry text. */
export class Pieces {
  readonly #lines: LineSplitter | undefined;

  constructor(mode: CliConnection["mode"], common: GlobalOptions) {
    if (mode === "byte" && common.format === "text") {
      this.#lines = new LineSplitter(lineEndOf(common.encoding));
    }
  }

  /** The parts that `arrived` completes. */
  push(arrived: Uint8Array): Uint8Array[] {
    return this.#lines?.push(arrived) ?? [arrived];
  }

  /** The rest at the end. */
  end(): Uint8Array[] {
    return this.#lines?.end() ?? [];
  }
}

/** The bytes to write for messages: lines in one write, if bytes carry text. */
export function framed(
  messages: readonly Uint8Array[],
  mode: CliConnection["mode"],
  common: GlobalOptions,
): readonly Uint8Array[] {
  if (mode === "message" || common.format !== "text") return messages;
  return [joinedLines(messages, lineEndOf(common.encoding))];
}
