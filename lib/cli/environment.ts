import { childStdin, stdinStream, stdoutConverter } from "../console.ts";
import { isPeerGone } from "../peer_gone.ts";
import { OutputClosed } from "./exit_code.ts";

/** Bytes for stdout, in several pieces if they are not contiguous in memory. */
export type Output = string | Uint8Array | readonly Uint8Array[];

/** In bytes. */
const MAX_WRITE = 1048576;

const encoder = new TextEncoder();

/** The environment of a command, which tests replace. */
export interface Environment {
  /** The bytes of stdin, which can be read once. At a console, UTF-8. */
  readonly stdin: AsyncIterable<Uint8Array>;
  /** The same for a child: at a console, in its input code page. */
  readonly childStdin: AsyncIterable<Uint8Array>;
  /** Whether stdin is a terminal. */
  readonly interactive: boolean;
  /** Whether stdout is a terminal. */
  readonly terminal: boolean;
  /**
   * Writes data to stdout, all of its pieces before anything else. Rejects with
   * `OutputClosed` when its reader is gone.
   */
  out(data: Output): Promise<void>;
  /** Writes a line to stderr. */
  log(line: string): void;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

export function processEnvironment(signal: AbortSignal): Environment {
  const convert = stdoutConverter();
  return {
    get stdin() {
      return stdinStream();
    },
    get childStdin() {
      return childStdin();
    },
    interactive: Deno.stdin.isTerminal(),
    terminal: Deno.stdout.isTerminal(),
    out: inTurn(async (data: Output) => {
      const bytes = typeof data === "string" ? encoder.encode(data) : data;
      try {
        for (const piece of bytes instanceof Uint8Array ? [bytes] : bytes) {
          await writeAll(Deno.stdout, convert(piece));
        }
      } catch (error) {
        throw isPeerGone(error) ? new OutputClosed() : error;
      }
    }),
    log(line) {
      try {
        writeLine(Deno.stderr, line);
      } catch {
        // The reader is gone; the exit code still shows the result.
      }
    },
    signal,
  };
}

/** Writes all of a line. A console takes 4096 bytes of it at a time. */
export function writeLine(
  to: { writeSync(bytes: Uint8Array): number },
  line: string,
): void {
  const bytes = encoder.encode(`${line}\n`);
  for (let at = 0; at < bytes.byteLength;) {
    at += to.writeSync(bytes.subarray(at));
  }
}

/** Runs `work` for one input after the other; a failure is that of its own. */
export function inTurn<T>(work: (input: T) => Promise<void>): typeof work {
  let last = Promise.resolve();
  return (input) => {
    const mine = last.then(() => work(input));
    last = mine.catch(() => {});
    return mine;
  };
}

/**
 * Writes in pieces, because Deno and the system copy a whole write before its
 * reader gets any of it.
 */
export async function writeAll(
  to: { write(bytes: Uint8Array): Promise<number> },
  bytes: Uint8Array,
): Promise<void> {
  for (let at = 0; at < bytes.byteLength;) {
    at += await to.write(bytes.subarray(at, at + MAX_WRITE));
  }
}
