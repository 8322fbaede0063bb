/**
 * ntdll: what kernel32 has no documented door to.
 *
 * @module
 */

import { library } from "./library.ts";
import type { Table } from "./table.ts";

/** The functions of ntdll.dll in use. */
export const NTDLL_TABLE = {
  NtCreateMailslotFile: {
    parameters: [
      ["FileHandle", "buffer"],
      ["DesiredAccess", "u32"],
      ["ObjectAttributes", "buffer"],
      ["IoStatusBlock", "buffer"],
      ["CreateOptions", "u32"],
      ["MailslotQuota", "u32"],
      ["MaximumMessageSize", "u32"],
      ["ReadTimeout", "buffer"],
    ],
    result: "u32",
    fails: "never",
  },
  RtlNtStatusToDosError: {
    parameters: [
      ["Status", "i32"],
    ],
    result: "u32",
    fails: "never",
  },
} as const satisfies Table;

/** Opens ntdll on the first call. */
export const ntdll = library("ntdll.dll", NTDLL_TABLE);
