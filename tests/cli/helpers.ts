import { runArgs } from "../support/deno.ts";

const CLI = new URL("../../cli.ts", import.meta.url);
const ROOT = new URL("../..", import.meta.url);

/** No program of a test runs longer, in ms: a server outlives several starts. */
const TIME_LIMIT = 5 * 60_000;

/** How a program ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly bytes: Uint8Array;
  readonly stderr: string;
}

/** What a test may say about a start. */
export interface StartOptions {
  /** What it reads, up to the end; without it the input stays open. */
  readonly input?: string | Uint8Array;
  /** Permissions. @default {["-A"]} */
  readonly flags?: readonly string[];
  readonly env?: Record<string, string>;
}

let counter = 0;

/** A name that no other test has. */
export function uniqueName(): string {
  const random = crypto.getRandomValues(new Uint8Array(4)).toHex();
  return `winipc-cli-test-${Deno.pid}-${++counter}-${random}`;
}

/** Starts `winipc ARG…` as a process. */
export function start(args: string[], options: StartOptions = {}): Program {
  return new Program(CLI, args, options);
}

/** Runs `winipc ARG…` to its end, without input unless there is some. */
export async function winipc(
  args: string[],
  options: StartOptions = {},
): Promise<Ended> {
  await using program = start(args, { input: "", ...options });
  return await program.ended();
}

/** Starts `examples/PATH` as a process. */
export function example(path: string, args: string[]): Program {
  return new Program(new URL(`examples/${path}`, ROOT), args, {});
}

/** A program that runs; ended with the block that has it. */
export class Program implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #stdout: Collected;
  readonly #stderr: Collected;

  /** Starts it. */
  constructor(file: URL, args: string[], options: StartOptions) {
    const { flags = ["-A"], env = {}, input } = options;
    this.#child = new Deno.Command(Deno.execPath(), {
      args: runArgs(file, args, flags),
      env: { NO_COLOR: "1", WINIPC_VERBOSE: "", ...env },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      signal: AbortSignal.timeout(TIME_LIMIT),
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#stdout = new Collected(this.#child.stdout);
    this.#stderr = new Collected(this.#child.stderr);
    if (input !== undefined) this.type(input).then(() => this.endInput());
  }

  /** The process. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Writes to its stdin. */
  async type(input: string | Uint8Array): Promise<void> {
    const bytes = typeof input === "string"
      ? new TextEncoder().encode(input)
      : input;
    // It may have ended already: its exit code tells.
    await this.#input.write(bytes).catch(() => {});
  }

  /** Ends its stdin. */
  async endInput(): Promise<void> {
    await this.#input.close().catch(() => {});
  }

  /** Resolves when it is ready, to what it says. */
  async ready(): Promise<string> {
    await this.#stderr.until((text) => /^ready: .*\n/m.test(text));
    return /^ready: (.*?)\r?\n/m.exec(this.#stderr.text)![1]!;
  }

  /** Resolves when it has printed `text`. */
  async prints(text: string): Promise<void> {
    await this.#stdout.until((all) => all.includes(text));
  }

  /** Resolves when it has printed so many bytes. */
  async printsBytes(size: number): Promise<void> {
    await this.#stdout.until(() => this.#stdout.size >= size);
  }

  /** Resolves when it has said `text` on stderr. */
  async says(text: string): Promise<void> {
    await this.#stderr.until((all) => all.includes(text));
  }

  /** Nobody reads its stdout any more. */
  async closeStdout(): Promise<void> {
    await this.#stdout.cancel();
  }

  /** Ends it at once, like a crash. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }

  /** Waits for its end. */
  async ended(): Promise<Ended> {
    const [{ code }, bytes] = await Promise.all([
      this.#child.status,
      this.#stdout.all(),
      this.#stderr.all(),
    ]);
    const stdout = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    return { code, bytes, stdout, stderr: this.#stderr.text };
  }

  /** Ends it, whatever it does. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.kill();
    } catch {
      // It has ended already.
    }
    await this.endInput();
    await this.ended();
  }
}

/** What a stream has brought so far. */
class Collected {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #done: Promise<void>;
  readonly #decoder = new TextDecoder();
  #chunks: Uint8Array[] = [];
  #text = "";
  #changed = Promise.withResolvers<void>();
  #over = false;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
    this.#done = this.#collect();
  }

  get text(): string {
    return this.#text;
  }

  get size(): number {
    return this.#chunks.reduce((sum, { length }) => sum + length, 0);
  }

  async until(done: (text: string) => boolean): Promise<void> {
    while (!done(this.text)) {
      if (this.#over) throw new Error(`This never came, only: ${this.text}`);
      await this.#changed.promise;
    }
  }

  async all(): Promise<Uint8Array> {
    await this.#done;
    return this.#bytes();
  }

  async cancel(): Promise<void> {
    await this.#reader.cancel();
  }

  async #collect(): Promise<void> {
    for (;;) {
      const { value, done } = await this.#reader.read();
      if (value) this.#chunks.push(value);
      this.#text += this.#decoder.decode(value, { stream: !done });
      this.#over = done;
      this.#changed.resolve();
      this.#changed = Promise.withResolvers();
      if (done) return;
    }
  }

  #bytes(): Uint8Array {
    const bytes = new Uint8Array(this.size);
    let at = 0;
    for (const chunk of this.#chunks) {
      bytes.set(chunk, at);
      at += chunk.byteLength;
    }
    return bytes;
  }
}

/** The lines of `--json`. */
// deno-lint-ignore no-explicit-any
export function jsonLines(stdout: string): any[] {
  return stdout.trim().split("\n").filter(Boolean).map((line) =>
    JSON.parse(line)
  );
}
