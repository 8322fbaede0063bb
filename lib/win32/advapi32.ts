/**
 * advapi32: security descriptors, impersonation and account names.
 *
 * @module
 */

import { library } from "./library.ts";
import { fn, type Table } from "./table.ts";

/** The functions of advapi32.dll that winipc uses. */
export const ADVAPI32_TABLE = {
  ConvertStringSecurityDescriptorToSecurityDescriptorW: fn(`(
    StringSecurityDescriptor: text, StringSDRevision: u32,
    SecurityDescriptor: buffer, SecurityDescriptorSize: usize,
  ): i32, fails with zero`),
  ImpersonateNamedPipeClient: fn("(hNamedPipe: usize): i32, fails with zero"),
  RevertToSelf: fn("(): i32, fails with zero"),
  OpenThreadToken: fn(`(
    ThreadHandle: usize, DesiredAccess: u32, OpenAsSelf: i32,
    TokenHandle: buffer,
  ): i32, fails with zero`),
  GetTokenInformation: fn(`(
    TokenHandle: usize, TokenInformationClass: i32, TokenInformation: usize,
    TokenInformationLength: u32, ReturnLength: buffer,
  ): i32, fails with zero`),
  LookupAccountSidW: fn(`(
    lpSystemName: usize, Sid: usize, Name: buffer, cchName: buffer,
    ReferencedDomainName: buffer, cchReferencedDomainName: buffer,
    peUse: buffer,
  ): i32, fails with zero`),
} as const satisfies Table;

/** Opens advapi32 on the first call. */
export const advapi32 = library("advapi32.dll", ADVAPI32_TABLE);
