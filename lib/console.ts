/**
 * stdin and stdout where they are a Windows console, which Deno takes for
 * files: it reads them in the console's input code page (denoland/deno#18240),
 * and cannot write bytes to them that are not UTF-8 (denoland/deno#20134).
 * Imports nothing, so that every layer may import it.
 *
 * @module
 */

/** A line that begins with it ends the input. */
const CTRL_Z = 0x1a;

/** How long after the end of a read the signal of Ctrl-C may come, in ms. */
const SIGNAL_TIMEOUT_MS = 500;

/** The only reader of the console. */
let typed: ReadableStream<Uint8Array<ArrayBuffer>> | undefined;

/** The bytes of stdin. Text typed at a console is UTF-8. */
export function stdinStream(): ReadableStream<Uint8Array<ArrayBuffer>> {
  if (!isConsole(Deno.stdin)) return Deno.stdin.readable;
  return typed ??= ReadableStream.from(typedChunks(consoleChunks()));
}

/**
 * The bytes of stdin for a child. Text typed at a console is in its input code
 * page, which console programs expect.
 */
export function childStdin(): AsyncIterable<Uint8Array<ArrayBuffer>> {
  const { readable } = Deno.stdin;
  return isConsole(Deno.stdin) ? typedChunks(readable) : readable;
}

/**
 * The chunks that the user types, up to a line that begins with Ctrl-Z.
 *
 * Ctrl-C ends a read of the console as if the input had ended, and its signal
 * comes from another thread, maybe later (rust-lang/rust#89177,
 * microsoft/terminal#334). So the input ends only some time after the reads.
 */
export async function* typedChunks<T extends Uint8Array>(
  chunks: AsyncIterable<T>,
): AsyncGenerator<T, void, void> {
  for await (const chunk of chunks) {
    if (chunk[0] === CTRL_Z) return;
    yield chunk;
  }
  await new Promise((resolve) => setTimeout(resolve, SIGNAL_TIMEOUT_MS));
}

/**
 * The chunks that `node:process` reads with ReadConsoleW, so in UTF-16
 * (denoland/deno#32999, libs/core/uv_compat/tty.rs). It returns Ctrl-Z as any
 * other character.
 */
async function* consoleChunks(): AsyncGenerator<
  Uint8Array<ArrayBuffer>,
  void,
  void
> {
  // deno-lint-ignore no-process-global no-node-globals -- loads node:process, which takes a tenth of a program's start, at a console only.
  const { stdin } = process;
  try {
    yield* stdin.iterator({ destroyOnReturn: false });
  } finally {
    // A pending read would keep the program running.
    stdin.pause();
  }
}

/**
 * A function that converts bytes for stdout: at a console, bytes that are not
 * UTF-8 become U+FFFD. The start of a character waits for its rest.
 */
export function stdoutConverter(
  console = isConsole(Deno.stdout),
): <T extends Uint8Array>(bytes: T) => T | Uint8Array<ArrayBuffer> {
  if (!console) return (bytes) => bytes;
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const encoder = new TextEncoder();
  return (bytes) => encoder.encode(decoder.decode(bytes, { stream: true }));
}

function isConsole(stream: { isTerminal(): boolean }): boolean {
  return Deno.build.os === "windows" && stream.isTerminal();
}
