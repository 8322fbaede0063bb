import { type LaunchOptions, sessionCommand } from "./launch.ts";
import { windowsEnvironment } from "./environment.ts";

/**
 * Runs Wine with `args` (a Windows program and its arguments) on the caller's
 * streams and resolves to its exit code. Signals are passed on to the program.
 */
export async function runWine(
  args: string[],
  options: LaunchOptions,
): Promise<number> {
  const [file, ...rest] = sessionCommand(args, options);
  // On a terminal, the whole group gets a Ctrl-C. Otherwise the program gets a
  // session of its own, and every signal exactly once, from here.
  const detached = !onTerminal();
  const { cache, runtime } = options;
  const child = new Deno.Command(file!, {
    args: rest,
    env: windowsEnvironment(Deno.env.toObject(), cache, runtime),
    clearEnv: true,
    cwd: options.cwd,
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
    detached,
  }).spawn();
  const stopForwarding = forwardSignals(child, detached);
  try {
    return (await child.status).code;
  } finally {
    stopForwarding();
  }
}

function onTerminal(): boolean {
  return [Deno.stdin, Deno.stdout, Deno.stderr].some((stream) =>
    stream.isTerminal()
  );
}

function forwardSignals(
  child: Deno.ChildProcess,
  detached: boolean,
): () => void {
  const listeners: [Deno.Signal, () => void][] = [
    ["SIGINT", () => detached && signalGroup(child.pid, "SIGINT")],
    ["SIGTERM", () => signalInner(child.pid, "SIGTERM")],
    ["SIGHUP", () => signalInner(child.pid, "SIGHUP")],
  ];
  for (const [signal, listener] of listeners) {
    Deno.addSignalListener(signal, listener);
  }
  return () => {
    for (const [signal, listener] of listeners) {
      Deno.removeSignalListener(signal, listener);
    }
  };
}

/**
 * Signals the program and all that it has started, as a terminal does, and as
 * Windows does for the programs of a console. The process before them ignores a
 * SIGINT ({@linkcode sessionCommand}).
 */
function signalGroup(pid: number, signal: Deno.Signal): void {
  try {
    Deno.kill(-pid, signal);
  } catch {
    // It has ended meanwhile, and its exit code is on the way.
  }
}

/**
 * Signals the Windows program itself: bubblewrap keeps one process before it,
 * which would die of the signal instead of passing it on.
 */
function signalInner(pid: number, signal: Deno.Signal): void {
  try {
    const name = Deno.readTextFileSync(`/proc/${pid}/comm`).trim();
    const inner = name === "bwrap" ? firstChild(pid) : pid;
    if (inner !== undefined) Deno.kill(inner, signal);
  } catch {
    // It has ended meanwhile, and its exit code is on the way.
  }
}

function firstChild(pid: number): number | undefined {
  const children = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`);
  const first = children.split(" ")[0];
  return first ? Number(first) : undefined;
}
