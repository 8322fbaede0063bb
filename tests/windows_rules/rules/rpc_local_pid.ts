import { handleOf, violation } from "../native.ts";
import { isLocalProtocol } from "../rpc_native.ts";
import type { Rule } from "../rule.ts";

export default {
  name:
    "I_RpcBindingInqLocalClientPID raises an exception for any protocol but ncalrpc",
  source:
    "wine-mirror/wine dlls/rpcrt4/tests/server.c: s_test_I_RpcBindingInqLocalClientPID",
  natives: {
    I_RpcBindingInqLocalClientPID: (native) => (binding, ...rest) =>
      isLocalProtocol(handleOf(binding)) ? native(binding, ...rest) : violation(
        "I_RpcBindingInqLocalClientPID for a binding that is not ncalrpc",
      ),
  },
} satisfies Rule;
