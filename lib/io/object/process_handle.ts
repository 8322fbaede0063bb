/**
 * Processes, to wait for their end.
 *
 * @module
 */

import { SYNCHRONIZE } from "../../win32/constants.ts";
import { ERROR } from "../../win32/error_codes.ts";
import { kernel32 } from "../../win32/kernel32.ts";
import { wrapWin32Error } from "../deno_error.ts";

const PROCESS_QUERY_LIMITED_INFORMATION = 0x1000;

/**
 * Opens the process `pid` to wait for its end.
 *
 * @throws {Deno.errors.NotFound} when there is no such process
 * @throws {Deno.errors.PermissionDenied} when its security descriptor denies
 * access
 */
export function openProcessHandle(pid: number): bigint {
  return wrapWin32Error(
    `Cannot open the process ${pid}`,
    () =>
      kernel32().call.OpenProcess(
        SYNCHRONIZE | PROCESS_QUERY_LIMITED_INFORMATION,
        0,
        pid,
      ),
    {
      [ERROR.ERROR_INVALID_PARAMETER]: [
        Deno.errors.NotFound,
        "there is no such process",
      ],
    },
  );
}

/**
 * The start time of the process `raw`, in Windows' ticks. Together with the pid
 * it identifies a process uniquely.
 */
export function startTime(raw: bigint): bigint {
  const [created, exited, kernel, user] = [0, 1, 2, 3].map(() =>
    new BigUint64Array(1)
  ) as [BigUint64Array<ArrayBuffer>, ...BigUint64Array<ArrayBuffer>[]];
  kernel32().call.GetProcessTimes(raw, created, exited!, kernel!, user!);
  return created[0]!;
}

/** The exit code of the process `raw`, which has ended. */
export function exitCodeOf(raw: bigint): number {
  const code = new Uint32Array(1);
  kernel32().call.GetExitCodeProcess(raw, code);
  return code[0]!;
}
