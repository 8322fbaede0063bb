import { bytesOf, violation } from "../native.ts";
import type { Rule } from "../rule.ts";

/** The protocols that this isolate has made bindings of. */
const protocols = new Set<string>();

export default {
  name: "RpcCancelThreadEx does nothing for calls by ncalrpc",
  source: "Microsoft: RpcCancelThreadEx, Remarks: not for ncalrpc",
  natives: {
    RpcStringBindingComposeW: (native) => (uuid, protocol, ...rest) => {
      const text = new TextDecoder("utf-16le").decode(bytesOf(protocol));
      protocols.add(text.replace(/\0.*/, ""));
      return native(uuid, protocol, ...rest);
    },
    // Whose call the thread makes cannot be seen: so only what is certain.
    RpcCancelThreadEx: (native) => (...args) =>
      protocols.size === 1 && protocols.has("ncalrpc")
        ? violation("RpcCancelThreadEx for a call by ncalrpc")
        : native(...args),
  },
} satisfies Rule;
