/**
 * Starts a child process with exactly the listed handles.
 *
 * @module
 */

import { filePath } from "../io/memory/file_path.ts";
import { checkBoolean, checkString } from "../io/checks.ts";
import { inheritableHandle } from "../io/object/inheritance.ts";
import { useNative } from "../io/permissions/required_libraries.ts";
import { SpawnedChild } from "./child.ts";
import { commandLine, rawCommandLine } from "./command_line.ts";
import { AnonymousPipeEnd } from "./end.ts";
import { environmentBlock } from "./environment_block.ts";
import type { Inheritable } from "./inheritable.ts";
import { checkCommand, findProgram, ownEnvironment } from "./program.ts";
import { createProcess } from "./create_process.ts";
import { checkStdio, type ChildStdio, Stdio } from "./stdio.ts";

/** The options of {@linkcode spawn}. */
export interface SpawnOptions {
  /**
   * The arguments. They arrive unchanged: spaces, quotes, backslashes, Unicode
   * and empty ones. An object becomes the number of its handle, and the child
   * inherits it.
   *
   * @default {[]}
   */
  args?: readonly (string | Inheritable)[] | undefined;
  /**
   * Appends the arguments to the command unchanged, joined by spaces, for
   * programs with other rules such as cmd.exe.
   *
   * @default {false}
   */
  windowsRawArguments?: boolean | undefined;
  /**
   * The child's working folder. Windows takes at most 258 characters for it,
   * also with the prefix `\\?\`.
   *
   * @default the current folder
   */
  cwd?: string | URL | undefined;
  /**
   * Variables of the child's environment, which override those of this process.
   * An object becomes the number of its handle, and the child inherits it.
   * Names that differ only in case are the same variable.
   */
  env?: Readonly<Record<string, string | Inheritable>> | undefined;
  /**
   * Gives the child only the variables of `env`. Most programs need at least
   * `SystemRoot`.
   *
   * @default {false}
   */
  clearEnv?: boolean | undefined;
  /**
   * The child's stdin: that of this process (`"inherit"`), nothing (`"null"`),
   * a new pipe (`"pipe"`, see {@linkcode SpawnedChild.stdin}), or an object. A
   * pipe's end must be made for a child, as `inheritable` of
   * {@linkcode createAnonymousPipe} does: programs cannot use an overlapped one.
   *
   * If stdin of this process is a pipe, a child that inherits it can block as
   * soon as it starts, while this process waits in `Deno.stdin.read()`: Windows
   * runs one operation at a time on such a pipe. `Deno.Command` behaves the same.
   *
   * @default {"inherit"}
   */
  stdin?: ChildStdio | undefined;
  /**
   * The child's stdout, like `stdin`.
   *
   * @default {"inherit"}
   */
  stdout?: ChildStdio | undefined;
  /**
   * The child's stderr, like `stdin`.
   *
   * @default {"inherit"}
   */
  stderr?: ChildStdio | undefined;
  /**
   * Further objects that the child inherits. Pass it their numbers in another
   * way: see {@linkcode handleValue}.
   *
   * @default {[]}
   */
  handles?: readonly Inheritable[] | undefined;
  /**
   * Keeps the inheritable ends of anonymous pipes open here, for another child.
   * By default they are closed when the child has them, because a pipe ends
   * only when all handles of its writing end are closed. Two children that use
   * one end block each other: see {@linkcode inheritedHandle}.
   *
   * @default {false}
   */
  keepEnds?: boolean | undefined;
  /**
   * Puts the child, and all that it starts, into a job object. They end when
   * this process ends, however it ends, and with {@linkcode
   * SpawnedChild.close}.
   *
   * @default {false}
   */
  endWithParent?: boolean | undefined;
  /**
   * Gives a console program a console window of its own. If `stdin`, `stdout`
   * and `stderr` are all left out, they are those of the new console, and not
   * of this process. Otherwise the program reaches its console as `CONIN$` and
   * `CONOUT$`. This corresponds to `CREATE_NEW_CONSOLE`.
   *
   * @default {false}
   */
  newConsole?: boolean | undefined;
  /**
   * Hides the child's windows: a console window that Windows would open because
   * this process has no console, and the first window of a GUI program, unless
   * the program shows it explicitly. As in Node, this corresponds to `SW_HIDE`,
   * and if none of `stdin`, `stdout` and `stderr` is `"inherit"`, also to
   * `CREATE_NO_WINDOW`: a console program then has an invisible console instead
   * of that of this process.
   *
   * @default {false}
   */
  windowsHide?: boolean | undefined;
  /** Ends the child when it is aborted. */
  signal?: AbortSignal | undefined;
}

/**
 * Starts `command` as a child process. The child inherits its stdin, stdout,
 * stderr and the handles that are listed here, and no others: they form its
 * `PROC_THREAD_ATTRIBUTE_HANDLE_LIST`.
 *
 * A bare command is searched in Windows' own folder and those of `PATH`, but
 * not in the current folder, where a planted program could be. A name is tried
 * with its own extension if it has one, then with `.com`, then with `.exe`; the
 * same applies to a path. Batch files are refused with a `TypeError`: cmd.exe
 * takes their arguments apart as commands, and no quoting prevents it.
 *
 * **Deno's `--allow-run` does not apply**: this is a native call, and code with
 * `--allow-ffi` for kernel32.dll may start any program.
 *
 * Handles are inheritable only while `CreateProcessW` runs. No other code of
 * this isolate runs meanwhile, so two spawns never share handles, and no
 * `Deno.Command` child of this isolate inherits them. A `Deno.Command` child
 * that another Worker starts at that moment does inherit them. Handles that
 * other code made inheritable do not reach the child.
 *
 * Calls `CreateProcessW`; with `endWithParent` also `CreateJobObjectW` and
 * `AssignProcessToJobObject`. Needs kernel32.dll.
 *
 * @throws {Deno.errors.NotFound} when there is no such program or folder
 * @throws {Deno.errors.PermissionDenied} when Windows refuses to start it
 * @throws {Deno.errors.BadResource} for an object that is closed
 * @throws {Deno.errors.NotCapable} without `--allow-ffi` for the library
 * @throws {TypeError} for a bad option, a batch file, or a file that is not a
 * program; {@linkcode RangeError} for arguments that are too long
 * @throws the reason of a signal that is already aborted
 *
 * @example
 * ```ts
 * import { spawn } from "@winipc/winipc";
 *
 * await using child = spawn("sort.exe", { stdin: "pipe", stdout: "pipe" });
 * await child.stdin.write(new TextEncoder().encode("b\r\na\r\n"));
 * child.stdin.close();
 * console.log(await new Response(child.stdout.readable).text());
 * console.log((await child.status).code);
 * ```
 */
export function spawn(
  command: string,
  options: SpawnOptions = {},
): SpawnedChild {
  const {
    windowsRawArguments = false,
    clearEnv = false,
    keepEnds = false,
    endWithParent = false,
    newConsole = false,
    windowsHide = false,
    stdin = "inherit",
    stdout = "inherit",
    stderr = "inherit",
    signal,
  } = options;
  checkCommand(command);
  checkBoolean("windowsRawArguments", windowsRawArguments);
  checkBoolean("clearEnv", clearEnv);
  checkBoolean("keepEnds", keepEnds);
  checkBoolean("endWithParent", endWithParent);
  checkBoolean("newConsole", newConsole);
  checkBoolean("windowsHide", windowsHide);
  if (newConsole && windowsHide) {
    throw new TypeError(
      "Invalid windowsHide: a new console has a window; give windowsHide or newConsole",
    );
  }
  checkStdio({ stdin, stdout, stderr });
  const cwd = folderOf(options.cwd);
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new TypeError("Invalid signal: give an AbortSignal");
  }
  const { args, env, objects } = replaceObjects(options);
  // Report wrong arguments before a missing permission.
  const line = (windowsRawArguments ? rawCommandLine : commandLine)(
    command,
    args,
  );
  if (env !== undefined) environmentBlock(env);
  signal?.throwIfAborted();
  useNative("anonymous-pipe");
  const inherited = ownEnvironment();
  const program = findProgram(command, pathOf(env, inherited));
  const streams = [options.stdin, options.stdout, options.stderr];
  const useNewConsole = newConsole &&
    streams.every((stream) => stream === undefined);
  using stdio = new Stdio(
    useNewConsole ? undefined : { stdin, stdout, stderr },
  );
  const handles = Object.values(stdio.handles).filter((raw) => raw !== 0n);
  try {
    const { pid, process, job } = createProcess({
      program,
      commandLine: line,
      environment: env === undefined && !clearEnv
        ? null
        : environmentBlock(env ?? {}, clearEnv ? [] : inherited),
      cwd,
      stdio: useNewConsole ? undefined : stdio.handles,
      handles: [
        ...handles,
        ...objects.map((object) => inheritableHandle("handles", object)),
      ],
      endWithParent,
      newConsole,
      windowsHide,
      // Output to an inherited console would be lost (libuv/libuv#1625).
      noWindow: windowsHide && ![stdin, stdout, stderr].includes("inherit"),
    });
    if (!keepEnds) closeEnds([...objects, stdin, stdout, stderr]);
    return new SpawnedChild(pid, process, stdio.pipes, job, signal);
  } catch (error) {
    stdio.abandon();
    throw error;
  }
}

interface SpawnInputs {
  readonly args: string[];
  readonly env: Record<string, string> | undefined;
  readonly objects: Inheritable[];
}

/**
 * The arguments and variables as text, and the objects in them and in
 * `handles`.
 */
function replaceObjects(
  { args = [], env, handles = [] }: SpawnOptions,
): SpawnInputs {
  if (!Array.isArray(args)) throw new TypeError("Invalid args: give a list");
  if (!Array.isArray(handles)) {
    throw new TypeError("Invalid handles: give a list");
  }
  for (const object of handles) inheritableHandle("handles", object);
  const objects: Inheritable[] = [...handles];
  const text = (option: string, value: string | Inheritable) => {
    if (typeof value === "string") return value;
    const handle = inheritableHandle(option, value);
    objects.push(value);
    return String(handle);
  };
  return {
    args: args.map((value) => text("argument", value)),
    env: env && Object.fromEntries(
      Object.entries(env).map(([name, value]) => [name, text("env", value)]),
    ),
    objects,
  };
}

function closeEnds(objects: readonly unknown[]): void {
  for (const object of objects) {
    if (object instanceof AnonymousPipeEnd && object.inheritable) {
      object.close();
    }
  }
}

function folderOf(cwd: string | URL | undefined): string | undefined {
  const folder = cwd instanceof URL ? filePath(cwd) : cwd;
  if (folder !== undefined) checkString("cwd", folder);
  return folder;
}

/** The child's PATH, which Deno and Node also use to find programs. */
function pathOf(
  env: Readonly<Record<string, string>> | undefined,
  inherited: readonly (readonly [name: string, value: string])[],
): string {
  const all = [...Object.entries(env ?? {}), ...inherited];
  return all.find(([name]) => name.toUpperCase() === "PATH")?.[1] ?? "";
}
