/**
 * Creating a mailslot.
 *
 * @module
 */

import { checkSize } from "../io/checks.ts";
import { type ErrorHints, wrapWin32Error } from "../io/deno_error.ts";
import { isLocal, objectPath } from "../io/object/object_path.ts";
import { useNative } from "../io/permissions/required_libraries.ts";
import { OverlappedHandle } from "../io/overlapped/overlapped_handle.ts";
import { type Security, security, useSecured } from "../io/object/security.ts";
import { Win32Error } from "../win32/error.ts";
import { ERROR } from "../win32/error_codes.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { createOverlappedMailslot } from "../win32/ntdll_mailslot.ts";
import { toUtf16 } from "../win32/utf16.ts";
import { asMilliseconds, Mailslot } from "./reader.ts";

/** The options of {@linkcode createMailslot}. */
export interface CreateMailslotOptions {
  /**
   * The longest message that may be written, in bytes; 0 for any length.
   *
   * @default {0}
   */
  maxMessageSize?: number | undefined;
  /**
   * How long Windows lets a `receive` wait, in ms: 0 returns at once, Infinity
   * waits without a limit. The `timeout` of a single `receive` can only shorten
   * it.
   *
   * @default {Infinity}
   */
  readTimeout?: number | undefined;
  /**
   * Who may write, as a security descriptor string:
   * `"D:(A;;GA;;;OW)(A;;GRGW;;;AU)"` allows all users who have logged on. Needs
   * advapi32. By default, Windows decides: other users than this one, the
   * system and administrators may be refused.
   */
  sddl?: string | undefined;
}

/**
 * Creates the mailslot `name` and receives the messages that others write to
 * it. The name is bare (`Name`) or a full path (`\\.\mailslot\Name`).
 *
 * Calls `CreateMailslotW`. Needs kernel32.dll; if that call returns a
 * synchronous handle, as under Wine, also ntdll.dll (`NtCreateMailslotFile`);
 * advapi32.dll for `sddl`.
 *
 * @throws {Deno.errors.AddrInUse} when the name is taken
 * @throws {Deno.errors.NotCapable} without `--allow-ffi` for the libraries
 * @throws {TypeError} for a bad name, option or SDDL; {@linkcode RangeError}
 * for a number out of range
 *
 * @example
 * ```ts
 * import { createMailslot, openMailslot } from "@winipc/winipc";
 *
 * await using mailslot = createMailslot("Name", { maxMessageSize: 1024 });
 * await using sender = await openMailslot("Name"); // in another process
 * await sender.send(new TextEncoder().encode("hello"));
 * const message = await mailslot.receive({ timeout: 5000 });
 * console.log(new TextDecoder().decode(message));
 * ```
 */
export function createMailslot(
  name: string,
  options: CreateMailslotOptions = {},
): Mailslot {
  const { maxMessageSize = 0, readTimeout = Infinity, sddl } = options;
  const path = objectPath("mailslot", name);
  if (!isLocal(path)) {
    throw new TypeError(
      `Cannot create "${path}": a mailslot can only be created on this computer`,
    );
  }
  checkSize("maxMessageSize", maxMessageSize);
  const milliseconds = asMilliseconds(readTimeout);
  useSecured("mailslot", sddl);
  using secured = security(sddl);
  const handle = wrapWin32Error(
    `Cannot create "${path}"`,
    () => createHandle(path, maxMessageSize, milliseconds, secured),
    CREATE_HINTS,
  );
  return new Mailslot(path, handle);
}

function createHandle(
  path: string,
  maxMessageSize: number,
  milliseconds: number,
  secured: Security,
): OverlappedHandle {
  const create = overlappedByDefault ??= isOverlappedByDefault();
  return new OverlappedHandle(
    create
      ? kernel32().call.CreateMailslotW(
        toUtf16(path),
        maxMessageSize,
        milliseconds,
        secured.attributes,
      )
      : createOverlappedMailslot(
        path,
        maxMessageSize,
        milliseconds,
        secured.descriptor,
      ),
    `The mailslot "${path}"`,
  );
}

let overlappedByDefault: boolean | undefined;

/**
 * On Windows, the documented call returns an overlapped handle. Under Wine it
 * returns a synchronous one, which the completion port refuses. There, ntdll's
 * own function creates the mailslot, because it takes the choice as a
 * parameter. A mailslot with a random name finds this out: a writer could open
 * and lose the real one between the two attempts.
 */
function isOverlappedByDefault(): boolean {
  const path = `\\\\.\\mailslot\\winipc-${crypto.randomUUID()}`;
  const raw = kernel32().call.CreateMailslotW(toUtf16(path), 0, 0, null);
  try {
    new OverlappedHandle(raw, path).close();
    return true;
  } catch (error) {
    const synchronous = error instanceof Win32Error &&
      error.code === ERROR.ERROR_INVALID_PARAMETER;
    if (!synchronous) throw error;
  }
  useNative("mailslot", ["overlapped-mailslot"]);
  return false;
}

const CREATE_HINTS: ErrorHints = {
  [ERROR.ERROR_ALREADY_EXISTS]: [Deno.errors.AddrInUse, "the name is taken"],
};
