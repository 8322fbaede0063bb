/**
 * advapi32: security descriptors, impersonation and account names.
 *
 * @module
 */

import { library } from "./library.ts";
import type { Table } from "./table.ts";

/** The functions of advapi32.dll that winipc uses. */
export const ADVAPI32_TABLE = {
  ConvertStringSecurityDescriptorToSecurityDescriptorW: {
    parameters: [
      ["StringSecurityDescriptor", "buffer"],
      ["StringSDRevision", "u32"],
      ["SecurityDescriptor", "buffer"],
      ["SecurityDescriptorSize", "usize"],
    ],
    result: "i32",
    fails: "zero",
  },
  ImpersonateNamedPipeClient: {
    parameters: [
      ["hNamedPipe", "usize"],
    ],
    result: "i32",
    fails: "zero",
  },
  RevertToSelf: {
    parameters: [],
    result: "i32",
    fails: "zero",
  },
  OpenThreadToken: {
    parameters: [
      ["ThreadHandle", "usize"],
      ["DesiredAccess", "u32"],
      ["OpenAsSelf", "i32"],
      ["TokenHandle", "buffer"],
    ],
    result: "i32",
    fails: "zero",
  },
  GetTokenInformation: {
    parameters: [
      ["TokenHandle", "usize"],
      ["TokenInformationClass", "i32"],
      ["TokenInformation", "usize"],
      ["TokenInformationLength", "u32"],
      ["ReturnLength", "buffer"],
    ],
    result: "i32",
    fails: "zero",
  },
  LookupAccountSidW: {
    parameters: [
      ["lpSystemName", "usize"],
      ["Sid", "usize"],
      ["Name", "buffer"],
      ["cchName", "buffer"],
      ["ReferencedDomainName", "buffer"],
      ["cchReferencedDomainName", "buffer"],
      ["peUse", "buffer"],
    ],
    result: "i32",
    fails: "zero",
  },
} as const satisfies Table;

/** Opens advapi32 on the first call. */
export const advapi32 = library("advapi32.dll", ADVAPI32_TABLE);
