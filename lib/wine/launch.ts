import type { Cache } from "./cache.ts";
import { HOST_ROOT, withoutLinks } from "./paths.ts";
import type { Runtime } from "./runtime.ts";

/**
 * Starts the Windows session if it is not running, then becomes the program.
 * - The server outlives its last program by two minutes and no longer.
 * - The session starts detached from the caller's streams and terminal: its
 *   services would hold a pipe open, and a Ctrl-C would end them.
 * - SIGINT is ignored until Wine installs its own handler, so that no process
 *   in between dies first and loses the exit code.
 */
const SESSION_SCRIPT = `trap '' INT
if ! wineserver -k0 2>/dev/null; then
  setsid -w sh -c 'wineserver -p120; exec wine cmd /c exit' \\
    </dev/null >/dev/null 2>&1
fi
exec wine "$@"`;

const ROOT_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";
const KEEP_EXIT_CODE = `trap '' INT; exec "$@"`;

/** How to start a program in the runtime. */
export interface LaunchOptions {
  cache: Cache;
  runtime: Runtime;
  /** The current directory, a Linux path. */
  cwd: string;
}

/** The command line that runs Wine with `args` in the running session. */
export function sessionCommand(
  args: string[],
  options: LaunchOptions,
): string[] {
  return insideCommand(["sh", "-c", SESSION_SCRIPT, "wine", ...args], options);
}

/** The command line that runs a Linux program next to Wine. */
export function insideCommand(
  command: string[],
  { runtime, cwd }: LaunchOptions,
): string[] {
  const inside = runtime.kind === "private"
    ? [...bubble(runtime.bwrap, runtime.root, cwd), ...command]
    : ["setpriv", "--pdeathsig", "KILL", ...command];
  return ["/bin/sh", "-c", KEEP_EXIT_CODE, "sh", ...inside];
}

// /tmp and the process namespace are shared with the machine: otherwise
// separate invocations would not reach the same Wine server.
// deno-fmt-ignore
function bubble(bwrap: string, root: string, cwd: string): string[] {
  return [
    bwrap,
    "--bind", root, "/",
    "--dev-bind", "/dev", "/dev",
    "--bind", "/proc", "/proc",
    "--ro-bind", "/sys", "/sys",
    "--bind", "/tmp", "/tmp",
    "--ro-bind-try", "/etc/resolv.conf", "/etc/resolv.conf",
    "--ro-bind-try", "/etc/hosts", "/etc/hosts",
    "--bind", "/", HOST_ROOT,
    "--die-with-parent",
    "--setenv", "PATH", ROOT_PATH,
    "--chdir", `${HOST_ROOT}${withoutLinks(cwd)}`,
    "--",
  ];
}
