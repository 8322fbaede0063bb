import { HostError, messageOf } from "./errors.ts";

/** Options for {@linkcode runTool}. */
export interface RunToolOptions {
  args?: string[];
  /** The current directory. @default {the caller's} */
  cwd?: string;
  /** Added to the caller's environment. */
  env?: Record<string, string>;
  /** Whether `env` is the whole environment. @default {false} */
  clearEnv?: boolean;
  /** Called with every line of its output, both streams. */
  onLine?: (line: string) => void;
  /** Milliseconds after which it is killed. @default {1_800_000} */
  timeout?: number;
}

/** The result of a tool. */
export interface ToolResult {
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * Runs a tool without input and collects its output.
 *
 * @throws {HostError} When it cannot be started.
 */
export async function runTool(
  tool: string,
  options: RunToolOptions = {},
): Promise<ToolResult> {
  const { onLine, timeout = 1_800_000 } = options;
  const child = start(tool, options);
  const timer = setTimeout(() => child.kill("SIGKILL"), timeout);
  try {
    const [stdout, stderr, status] = await Promise.all([
      collect(child.stdout, onLine),
      collect(child.stderr, onLine),
      child.status,
    ]);
    return { code: status.code, stdout, stderr };
  } finally {
    clearTimeout(timer);
  }
}

/** Unpacks an archive of `tar` into the folder `into`, which it creates. */
export async function untar(
  archive: string,
  into: string,
  ...options: string[]
): Promise<ToolResult> {
  await Deno.mkdir(into, { recursive: true });
  const args = ["-xf", archive, "-C", into, "--no-same-owner", ...options];
  return await runTool("tar", { args });
}

/** The last lines of a failed tool's output, for an error message. */
export function lastLines(result: ToolResult, lines = 12): string {
  return `${result.stdout}\n${result.stderr}`.split("\n")
    .filter((line) => line.trim() !== "").slice(-lines)
    .map((line) => `  ${line}`).join("\n");
}

function start(tool: string, options: RunToolOptions): Deno.ChildProcess {
  const { args = [], cwd, env = {}, clearEnv = false } = options;
  try {
    return new Deno.Command(tool, {
      args,
      ...cwd !== undefined && { cwd },
      env,
      clearEnv,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    throw new HostError(`Cannot run "${tool}": ${messageOf(error)}`);
  }
}

async function collect(
  stream: ReadableStream<Uint8Array>,
  onLine?: (line: string) => void,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let line = "";
  for await (const chunk of stream) {
    const part = decoder.decode(chunk, { stream: true });
    text += part;
    if (!onLine) continue;
    const lines = (line + part).split(/[\r\n]+/);
    line = lines.pop() ?? "";
    for (const whole of lines) if (whole.trim()) onLine(whole.trim());
  }
  return text;
}
