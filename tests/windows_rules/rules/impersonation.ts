import { ERROR } from "../../../lib/win32/error_codes.ts";
import { failWith, violation } from "../native.ts";
import type { Rule } from "../rule.ts";

let impersonating = false;

// Opening a library, and binding one of its functions, opens files.
const { dlopen } = Deno;
Deno.dlopen = (path, symbols) => {
  if (impersonating) {
    violation(
      `Deno.dlopen of ${
        Object.keys(symbols)
      } runs with the rights of a pipe's client`,
    );
  }
  return dlopen(path, symbols);
};

export default {
  name:
    "accounts cannot be looked up while impersonating, and nothing is bound then",
  source:
    'Microsoft: Impersonation-Level Constants, RPC_C_IMP_LEVEL_IDENTIFY: "GetUserName will fail ' +
    'while impersonating at identify level"',
  natives: {
    ImpersonateNamedPipeClient: (native) => (...args) => {
      const result = native(...args);
      impersonating = result !== 0;
      return result;
    },
    RevertToSelf: (native) => (...args) => {
      const result = native(...args);
      if (result !== 0) impersonating = false;
      return result;
    },
    LookupAccountSidW: (native) => (...args) =>
      impersonating
        ? failWith(ERROR.ERROR_BAD_IMPERSONATION_LEVEL, 0)
        : native(...args),
  },
} satisfies Rule;
