import { fileURLToPath } from "node:url";

/** The entry of the tasks. */
export const MAIN: string = fileURLToPath(
  new URL("../../lib/wine/main.ts", import.meta.url),
);

/** No run of a test takes longer, in ms. */
const TIMEOUT = 5 * 60_000;

/** How a program ended. */
export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** What a test may say about a run. */
export interface StartOptions {
  env?: Record<string, string>;
  cwd?: string;
}

/** Starts `deno task win ARG…` with pipes, bounded in time. */
export function startWin(
  args: string[],
  options: StartOptions = {},
): Deno.ChildProcess {
  return startMain(["win", ...args], options);
}

/** Runs `deno task win ARG…` to its end. */
export function win(
  args: string[],
  input: string | Uint8Array = "",
  options: StartOptions = {},
): Promise<Ended> {
  return finish(startWin(args, options), input);
}

/** Starts a task of `main.ts`. */
export function startMain(
  args: string[],
  options: StartOptions = {},
): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-prompt", MAIN, ...args],
    ...options,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(TIMEOUT),
  }).spawn();
}

/** Feeds a program, and waits for its end. */
export async function finish(
  child: Deno.ChildProcess,
  input: string | Uint8Array = "",
): Promise<Ended> {
  const bytes = typeof input === "string"
    ? new TextEncoder().encode(input)
    : input;
  const writer = child.stdin.getWriter();
  const [output] = await Promise.all([
    child.output(),
    writer.write(bytes).then(() => writer.close()).catch(() => {}),
  ]);
  return {
    code: output.code,
    stdout: new TextDecoder().decode(output.stdout),
    stderr: new TextDecoder().decode(output.stderr),
  };
}

/** Reads a stream up to the first line that contains `text`. */
export async function readUntil(
  stream: ReadableStream<Uint8Array>,
  text: string,
): Promise<string> {
  const decoder = new TextDecoder();
  const reader = stream.getReader();
  let seen = "";
  while (!seen.includes(text)) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`"${text}" never came: ${seen}`);
    seen += decoder.decode(value, { stream: true });
  }
  reader.releaseLock();
  return seen;
}

/** What is left in a stream, up to its end. */
export async function restOf(
  stream: ReadableStream<Uint8Array>,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return await new Blob(chunks as BlobPart[]).text();
}

/** A temporary folder that goes with the test. */
export async function tempFolder(): Promise<
  { path: string } & AsyncDisposable
> {
  const path = await Deno.makeTempDir({ prefix: "winipc-test-" });
  return {
    path,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

/**
 * Resolves when no process has `mark` in its command line. One whose pipes are
 * closed may be ending still.
 */
export async function endOfProcessesWith(mark: string): Promise<void> {
  while (await processesWith(mark) > 0) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** How many processes of this machine have `mark` in their command line. */
export async function processesWith(mark: string): Promise<number> {
  let count = 0;
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const line = await Deno.readTextFile(`/proc/${name}/cmdline`)
      .catch(() => "");
    if (line.includes(mark)) count++;
  }
  return count;
}
