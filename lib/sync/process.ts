/**
 * Processes: waiting for their end.
 *
 * @module
 */

import { checkInteger } from "../io/checks.ts";
import { wrapWin32Error } from "../io/deno_error.ts";
import { Handle } from "../io/object/handle.ts";
import { useNative } from "../io/permissions/required_libraries.ts";
import { exitCodeOf, openProcessHandle } from "../io/object/process_handle.ts";
import { takeAny } from "../io/wait/waiter.ts";
import { plainSource, SyncObject } from "./object.ts";

/**
 * Opens the process `pid`, so that {@linkcode waitFor} can wait for its end.
 *
 * Calls `OpenProcess` with `SYNCHRONIZE` and
 * `PROCESS_QUERY_LIMITED_INFORMATION`. Needs kernel32.dll.
 *
 * @throws {Deno.errors.NotFound} when there is no such process
 * @throws {Deno.errors.PermissionDenied} when its security descriptor denies
 * access
 * @throws {Deno.errors.NotCapable} without `--allow-ffi` for the library
 *
 * @example
 * ```ts
 * import { openProcess, spawn, waitFor } from "@winipc/winipc";
 *
 * await using child = spawn("cmd.exe", { args: ["/c", "exit", "3"] });
 * using process = openProcess(child.pid);
 * await waitFor(process, { timeout: 60_000 });
 * console.log(process.exitCode()); // 3
 * ```
 */
export function openProcess(pid: number): ProcessObject {
  checkInteger("pid", pid, 1, 0xffff_ffff);
  useNative("sync");
  return new ProcessObject(pid, openProcessHandle(pid));
}

/**
 * A process. It is signaled once it has ended. Made by {@linkcode openProcess}.
 *
 * @example
 * ```ts
 * import { openProcess, spawn, waitFor } from "@winipc/winipc";
 *
 * await using child = spawn("cmd.exe", { args: ["/c", "exit", "3"] });
 * using process = openProcess(child.pid);
 * await waitFor(process, { timeout: 60_000 });
 * console.log(process.pid, process.exitCode());
 * ```
 */
export class ProcessObject extends SyncObject {
  /** The process' id. */
  readonly pid: number;
  readonly #handle: Handle;

  /** Use {@linkcode openProcess}. */
  constructor(pid: number, raw: bigint) {
    const handle = new Handle(raw, `The process ${pid}`);
    const source = plainSource(handle, () => {});
    super(null, false, source);
    this.pid = pid;
    this.#handle = handle;
  }

  /**
   * The process' exit code; null while it runs.
   *
   * Calls `GetExitCodeProcess`. Throws {@linkcode Deno.errors.BadResource} when
   * closed.
   */
  exitCode(): number | null {
    const handle = this.#handle;
    if (takeAny([{ handle }]) === undefined) return null;
    return wrapWin32Error(
      `Cannot get the exit code of ${handle.named}`,
      () => exitCodeOf(handle.raw),
    );
  }
}
