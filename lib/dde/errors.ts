/**
 * Why a conversation or a transaction failed, with Windows' names (`DMLERR_…`).
 *
 * @module
 */

import {
  type ErrorClass,
  type ErrorHints,
  toDenoError,
} from "../io/deno_error.ts";
import { DDE_FBUSY } from "./wire/protocol.ts";
import { desktopNote } from "../window/desktop.ts";
import { Win32Error } from "../win32/error.ts";
import { ERROR } from "../win32/error_codes.ts";

/** The error for a negative `WM_DDE_ACK`. */
export function refusal(action: string, status: number): Error {
  const busy = (status & DDE_FBUSY) !== 0;
  const code = busy ? ERROR.DMLERR_BUSY : ERROR.DMLERR_NOTPROCESSED;
  return because(action, "WM_DDE_ACK", code);
}

/** The error when no server serves the requested topic. */
export function noServer(action: string): Error {
  const code = ERROR.DMLERR_NO_CONV_ESTABLISHED;
  return toDenoError(action, new Win32Error("WM_DDE_INITIATE", code), {
    [code]: [Deno.errors.NotFound, `no server answers${desktopNote()}`],
  });
}

/** The server has ended the conversation, or has died. */
export function serverGone(action: string): Error {
  return because(action, "WM_DDE_TERMINATE", ERROR.DMLERR_SERVER_DIED);
}

function because(action: string, message: string, code: number): Error {
  return toDenoError(action, new Win32Error(message, code), HINTS);
}

const HINTS: ErrorHints = {
  [ERROR.DMLERR_BUSY]: [
    Deno.errors.Busy,
    "the server is busy, try again later",
  ],
  [ERROR.DMLERR_NOTPROCESSED]: [
    Deno.errors.PermissionDenied,
    "the server refuses it",
  ],
  [ERROR.DMLERR_SERVER_DIED]: [
    Deno.errors.BrokenPipe,
    "the server has ended the conversation",
  ],
} satisfies Record<number, readonly [ErrorClass, string]>;
