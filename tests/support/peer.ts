/** A second process on the other side of a test. */

import { runArgs } from "./deno.ts";
import { linesOf } from "./lines.ts";

/** How a process ended, with what it said. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A started process: speaks line by line, and is ended with the test. */
export class Peer implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #lines: AsyncGenerator<string, void, void>;
  readonly #stderr: Promise<string>;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array>;

  /** Starts `command` with `args`. */
  constructor(command: string, args: string[]) {
    this.#child = new Deno.Command(command, {
      args,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#lines = linesOf(this.#child.stdout);
    this.#stderr = this.#child.stderr.text();
    this.#stdin = this.#child.stdin.getWriter();
  }

  /** The process id, as Windows has it. */
  get pid(): number {
    return this.#child.pid;
  }

  /** The next line. Fails with the process' complaints when it ended instead. */
  async line(): Promise<string> {
    const { done, value } = await this.#lines.next();
    if (!done) return value;
    const { code } = await this.#child.status;
    throw new Error(`The peer ended with ${code}: ${await this.#stderr}`);
  }

  /** Waits for the line `expected`; any other is an error. */
  async says(expected: string): Promise<void> {
    const line = await this.line();
    if (line === expected) return;
    throw new Error(`The peer said "${line}" instead of "${expected}"`);
  }

  /** Sends a line. */
  async send(line: string): Promise<void> {
    await this.#stdin.write(new TextEncoder().encode(`${line}\n`));
  }

  /** Ends its input, and gives the line that it says then. */
  async finish(): Promise<string> {
    await this.#stdin.close();
    return await this.line();
  }

  /** Ends it from outside, without a word. */
  async kill(): Promise<void> {
    this.#child.kill();
    await this.#child.status;
  }

  /** Waits for its own end. */
  async ended(): Promise<Ended> {
    const stdout: string[] = [];
    for await (const line of this.#lines) stdout.push(line);
    const { code } = await this.#child.status;
    return { code, stdout: stdout.join("\n"), stderr: await this.#stderr };
  }

  /** Ends it where it has not ended, and lets go of all of it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stdin.close().catch(() => {});
    try {
      this.#child.kill();
    } catch {
      // It has ended already.
    }
    await this.ended();
  }
}

/** Starts the script at `url` (relative to a test's own) in another Deno. */
export function startScript(
  url: URL,
  args: (string | number)[] = [],
  flags?: string[],
): Peer {
  return new Peer(Deno.execPath(), runArgs(url, args, flags));
}

/** Runs the script at `url` to its end. */
export async function runScript(
  url: URL,
  args: (string | number)[] = [],
  flags?: string[],
): Promise<Ended> {
  await using peer = startScript(url, args, flags);
  return await peer.ended();
}
