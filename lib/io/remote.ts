/**
 * Connecting to pipes and mailslots of other computers, which may take Windows
 * 20 s and longer where the computer does not answer.
 *
 * @module
 */

import type { Win32Error } from "../win32/error.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { openRemote } from "../win32/ntdll_open.ts";
import { onGivingUp, type WaitOptions } from "./wait.ts";

/** How something of another computer is opened. */
export interface RemoteOpening {
  readonly access: number;
  readonly share: number;
  /** A `SECURITY_IMPERSONATION_LEVEL`. */
  readonly impersonation: number;
}

/**
 * The handle of `path`, or what Windows says against it. Windows dials on
 * another thread. When `options` give up, the promise rejects at once; what is
 * opened later is closed.
 */
export function dialRemote(
  path: string,
  { access, share, impersonation }: RemoteOpening,
  options: WaitOptions,
): Promise<bigint | Win32Error> {
  const { promise, resolve, reject } = Promise.withResolvers<
    bigint | Win32Error
  >();
  let over = false;
  const disarm = onGivingUp(options, (reason) => {
    over = true;
    reject(reason);
  });
  openRemote(path, access, share, impersonation).then((opened) => {
    if (over) {
      if (typeof opened === "bigint") kernel32().raw.CloseHandle(opened);
      return;
    }
    disarm();
    resolve(opened);
  }, reject);
  return promise;
}
