/** What tests ask the system beyond what winipc binds. */

import { fromUtf16, toUtf16 } from "../../lib/win32/utf16.ts";
import { SYSTEM32 } from "./system32.ts";

const READ_CONTROL = 0x2_0000;
const SHARE_ALL = 7;
const OPEN_EXISTING = 3;
const DACL_SECURITY_INFORMATION = 4;
const SDDL_REVISION_1 = 1;

// Opened once for the process, so that no test counts them as its own.
const { wine_get_version: wineVersion } = Deno.dlopen(
  `${SYSTEM32}\\ntdll.dll`,
  { wine_get_version: { parameters: [], result: "usize", optional: true } },
).symbols;

const { CreateFileW, CloseHandle, CopyOut, ProcessIdToSessionId } = Deno.dlopen(
  `${SYSTEM32}\\kernel32.dll`,
  {
    CreateFileW: {
      parameters: ["buffer", "u32", "u32", "usize", "u32", "u32", "usize"],
      result: "usize",
    },
    CloseHandle: { parameters: ["usize"], result: "i32" },
    CopyOut: {
      name: "RtlMoveMemory",
      parameters: ["buffer", "usize", "usize"],
      result: "void",
    },
    ProcessIdToSessionId: { parameters: ["u32", "buffer"], result: "i32" },
  } as const,
).symbols;

const { GetKernelObjectSecurity, toSddl } = Deno.dlopen(
  `${SYSTEM32}\\advapi32.dll`,
  {
    GetKernelObjectSecurity: {
      parameters: ["usize", "u32", "buffer", "u32", "buffer"],
      result: "i32",
    },
    toSddl: {
      name: "ConvertSecurityDescriptorToStringSecurityDescriptorW",
      parameters: ["buffer", "u32", "u32", "buffer", "buffer"],
      result: "i32",
    },
  } as const,
).symbols;

/** Whether this is Wine, which cannot show everything that Windows does. */
export const UNDER_WINE: boolean = wineVersion !== null;

/**
 * Whether this is the session of services, to which SSH's programs belong:
 * `Local\` and `Global\` are the same there (Microsoft: Kernel object namespaces).
 */
export const IN_SESSION_0: boolean = sessionId() === 0;

/** The prefix under which Windows lists the session's own objects. */
export const OWN_PREFIX: string = IN_SESSION_0 ? "Global\\" : "Local\\";

function sessionId(): number {
  const session = new Uint32Array(1);
  ProcessIdToSessionId(Deno.pid, session);
  return session[0]!;
}

/** Who may open the object at `path`, as Windows tells whoever opens it. */
export function descriptorOf(path: string): string {
  const handle = CreateFileW(
    toUtf16(path),
    READ_CONTROL,
    SHARE_ALL,
    0n,
    OPEN_EXISTING,
    0,
    0n,
  );
  const descriptor = new Uint8Array(1024);
  const text = new BigUint64Array(1);
  const length = new Uint32Array(1);
  const information = DACL_SECURITY_INFORMATION;
  GetKernelObjectSecurity(handle, information, descriptor, 1024, length);
  toSddl(descriptor, SDDL_REVISION_1, information, text, length);
  CloseHandle(handle);
  const wide = new Uint8Array(2 * length[0]!);
  CopyOut(wide, text[0]!, BigInt(wide.byteLength));
  return fromUtf16(wide);
}
