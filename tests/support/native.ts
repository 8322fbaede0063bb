/**
 * Opens the libraries of winipc before the first test: they stay open for the
 * life of a process, which Deno would count as the leak of one test.
 */

import { advapi32 } from "../../lib/win32/advapi32.ts";
import { bindAll } from "../../lib/win32/binding.ts";
import { kernel32 } from "../../lib/win32/kernel32.ts";
import { kernel32Dde } from "../../lib/win32/kernel32_dde.ts";
import { ntdll } from "../../lib/win32/ntdll.ts";
import { rpcrt4 } from "../../lib/win32/rpcrt4.ts";
import { user32 } from "../../lib/win32/user32.ts";
import { user32Dde } from "../../lib/win32/user32_dde.ts";

if (Deno.build.os === "windows") {
  [kernel32, kernel32Dde, advapi32, ntdll, rpcrt4, user32, user32Dde]
    .forEach((f) => f());
  bindAll();
}
