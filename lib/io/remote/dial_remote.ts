/**
 * Connecting to pipes and mailslots of other computers, which may take Windows
 * 20 s and longer if the computer does not answer (Microsoft, KB Q242528:
 * "Time-Out to Unreachable Computers Is Excessive").
 *
 * @module
 */

import type { Win32Error } from "../../win32/error.ts";
import { kernel32 } from "../../win32/kernel32.ts";
import { openRemote } from "../../win32/ntdll_open.ts";
import { abortable } from "../wait/abortable.ts";
import type { WaitOptions } from "../wait/wait_options.ts";

/** How to open an object of another computer. */
export interface RemoteOpening {
  readonly access: number;
  readonly share: number;
  /** A `SECURITY_IMPERSONATION_LEVEL`. */
  readonly impersonation: number;
}

/**
 * Returns the handle of `path`, or Windows' error. Windows connects on another
 * thread. If `options` abort or time out, the promise rejects at once; a handle
 * that is opened later is closed.
 */
export async function dialRemote(
  path: string,
  { access, share, impersonation }: RemoteOpening,
  options: WaitOptions,
): Promise<bigint | Win32Error> {
  const opening = openRemote(path, access, share, impersonation);
  try {
    return await abortable(opening, options);
  } catch (error) {
    opening.then((late) => {
      if (typeof late === "bigint") kernel32().raw.CloseHandle(late);
    }, () => {});
    throw error;
  }
}
