/**
 * Security descriptors from SDDL, for new objects.
 *
 * @module
 */

import { advapi32 } from "../../win32/advapi32.ts";
import { kernel32 } from "../../win32/kernel32.ts";
import { pack, SECURITY_ATTRIBUTES } from "../../win32/structs.ts";
import { toUtf16 } from "../../win32/utf16.ts";
import { wrapWin32Error } from "../deno_error.ts";
import { checkString } from "../checks.ts";
import { quote } from "../format.ts";
import {
  type Mechanism,
  useNative,
} from "../permissions/required_libraries.ts";

const SDDL_REVISION_1 = 1;

/** `SECURITY_ATTRIBUTES` for creating objects, with their memory. */
export interface Security extends Disposable {
  /** The argument of the creating call: null for Windows' default. */
  readonly attributes: Uint8Array<ArrayBuffer> | null;
  /** The address of the security descriptor; 0 for Windows' default. */
  readonly descriptor: bigint;
}

/**
 * Checks `sddl`, then loads the libraries of `mechanism`, and advapi32.dll if
 * `sddl` is given.
 *
 * @throws {TypeError} for an `sddl` that is not a string, or is empty
 */
export function useSecured(
  mechanism: Mechanism,
  sddl: string | undefined,
): void {
  // Windows would take an empty one as a descriptor that allows everyone
  // everything.
  if (sddl !== undefined) checkString("SDDL", sddl);
  useNative(mechanism, sddl === undefined ? [] : ["sddl"]);
}

/**
 * The security of a new object: Windows' default without `sddl`. With `sddl` it
 * needs advapi32.dll.
 *
 * @throws {TypeError} for an SDDL string that Windows refuses
 */
export function security(sddl: string | undefined): Security {
  if (sddl === undefined) {
    return { attributes: null, descriptor: 0n, [Symbol.dispose]() {} };
  }
  checkString("SDDL", sddl);
  const descriptor = new BigUint64Array(1);
  wrapWin32Error(
    `Invalid SDDL ${quote(sddl)}`,
    () =>
      advapi32().call.ConvertStringSecurityDescriptorToSecurityDescriptorW(
        toUtf16(sddl),
        SDDL_REVISION_1,
        descriptor,
        0n,
      ),
    INVALID_SDDL,
  );
  const lpSecurityDescriptor = descriptor[0]!;
  return {
    attributes: pack(SECURITY_ATTRIBUTES, {
      nLength: SECURITY_ATTRIBUTES.size,
      lpSecurityDescriptor,
    }),
    descriptor: lpSecurityDescriptor,
    [Symbol.dispose]() {
      kernel32().raw.LocalFree(lpSecurityDescriptor);
    },
  };
}

/** Windows reports that a string is wrong, by several codes, but not where. */
const INVALID_SDDL = Object.fromEntries(
  [87, 1305, 1332, 1336, 1337, 1338, 1705].map((code) => [
    code,
    [
      TypeError,
      'Windows does not understand it; an example is "D:(A;;GA;;;WD)"',
    ] as const,
  ]),
);
