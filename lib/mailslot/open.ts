/**
 * Opening a mailslot to send to it.
 *
 * @module
 */

import { checkSize } from "../io/checks.ts";
import { type ErrorHints, toDenoError } from "../io/deno_error.ts";
import { isLocal, objectPath } from "../io/object/object_path.ts";
import { useNative } from "../io/permissions/required_libraries.ts";
import { OverlappedHandle } from "../io/overlapped/overlapped_handle.ts";
import { dialRemote } from "../io/remote/dial_remote.ts";
import { retry, SHORT_DELAYS } from "../io/wait/retry.ts";
import {
  checkWait,
  type WaitOptions,
  withTimeoutMessage,
} from "../io/wait/wait_options.ts";
import { FILE_FLAG_OVERLAPPED, GENERIC_WRITE } from "../win32/constants.ts";
import type { Win32Error } from "../win32/error.ts";
import { ERROR } from "../win32/error_codes.ts";
import { tryOpenFile } from "../win32/open_file.ts";
import { MailslotSender, REMOTE_LIMIT } from "./sender.ts";

/** The options of {@linkcode openMailslot}. */
export interface OpenMailslotOptions extends WaitOptions {
  /**
   * Waits for a reader if there is none yet, instead of failing with
   * `NotFound`. It tries the name every few milliseconds, because Windows does
   * not announce new mailslots.
   *
   * @default {false}
   */
  waitForPeer?: boolean | undefined;
  /**
   * The longest message to send, in bytes; longer ones are refused. A mailslot
   * with a `maxMessageSize` refuses them itself (on Windows, not under Wine),
   * but no writer can ask for that size.
   *
   * @default 424 bytes to other computers, else Infinity
   */
  maxMessageSize?: number | undefined;
}

const FILE_SHARE_READ_WRITE = 3;
const SECURITY_IMPERSONATION = 2;
/** How it is opened; the impersonation is the default of `CreateFileW`. */
const OPENING = {
  access: GENERIC_WRITE,
  share: FILE_SHARE_READ_WRITE,
  impersonation: SECURITY_IMPERSONATION,
} as const;

/**
 * Opens the mailslot `name` to send to it. The name is bare (`Name`), a full
 * path (`\\.\mailslot\Name`), on another computer, in a domain, or everywhere
 * (`\\*\mailslot\Name`).
 *
 * Calls `CreateFileW`; for other computers `NtCreateFile`, on another thread,
 * because Windows may dial for 20 s and longer. `timeout` and `signal` end the
 * wait at once, but Windows keeps connecting, and the program cannot end before
 * that. Needs kernel32.dll, and ntdll.dll for other computers.
 *
 * @throws {Deno.errors.NotFound} when there is no such mailslot
 * @throws {Deno.errors.PermissionDenied} when its security descriptor denies
 * access
 * @throws {TypeError} for a bad name or option
 * @throws the signal's reason, or a `TimeoutError` DOMException
 *
 * @example
 * ```ts
 * import { createMailslot, openMailslot } from "@winipc/winipc";
 *
 * await using mailslot = createMailslot("Name"); // in another process
 *
 * await using sender = await openMailslot("Name");
 * await sender.send(new TextEncoder().encode("hello"));
 * ```
 */
export async function openMailslot(
  name: string,
  options: OpenMailslotOptions = {},
): Promise<MailslotSender> {
  const path = objectPath("mailslot", name);
  const limit = isLocal(path) ? Infinity : REMOTE_LIMIT;
  const { waitForPeer = false, maxMessageSize = limit } = options;
  if (maxMessageSize !== Infinity) checkSize("maxMessageSize", maxMessageSize);
  checkWait(options);
  useNative("mailslot", isLocal(path) ? [] : ["remote"]);
  const wait = withTimeoutMessage(
    options,
    () =>
      `Cannot open "${path}": ${
        isLocal(path) ? "nobody created it" : "Windows did not reach it"
      }`,
  );
  return await retry(wait, SHORT_DELAYS, async (left) => {
    const tried = await open(path, left);
    if (tried instanceof OverlappedHandle) {
      return new MailslotSender(path, tried, Math.min(limit, maxMessageSize));
    }
    if (!waitForPeer || tried.code !== ERROR.ERROR_FILE_NOT_FOUND) {
      throw toDenoError(`Cannot open "${path}"`, tried, openHints(path));
    }
  });
}

async function open(
  path: string,
  options: WaitOptions,
): Promise<OverlappedHandle | Win32Error> {
  const { access, share } = OPENING;
  const raw = isLocal(path)
    ? tryOpenFile(path, access, FILE_FLAG_OVERLAPPED, share)
    : await dialRemote(path, OPENING, options);
  return typeof raw === "bigint"
    ? new OverlappedHandle(raw, `The sender to "${path}"`)
    : raw;
}

function openHints(path: string): ErrorHints {
  if (isLocal(path)) {
    return { [ERROR.ERROR_FILE_NOT_FOUND]: "there is no such mailslot" };
  }
  const reason = [
    Deno.errors.NotFound,
    "Windows does not reach other computers' mailslots from here (they are turned off by default since Windows 11 24H2)",
  ] as const;
  return {
    [ERROR.ERROR_FILE_NOT_FOUND]: reason,
    [ERROR.ERROR_PATH_NOT_FOUND]: reason,
    [ERROR.ERROR_BAD_NETPATH]: reason,
    [ERROR.ERROR_BAD_NET_NAME]: reason,
    [ERROR.ERROR_REMOTE_MAILSLOTS_DEPRECATED]: reason,
  };
}
