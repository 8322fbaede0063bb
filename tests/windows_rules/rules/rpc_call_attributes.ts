import { WINE_STUBS } from "../../../lib/win32/wine.ts";
import { bytesOf, handleOf } from "../native.ts";
import { stringBinding } from "../rpc_native.ts";
import type { Rule } from "../rule.ts";

const RPC_S_INVALID_ARG = 87;
/** Where `RPC_CALL_ATTRIBUTES_V2_W` has its `IsClientLocal`. */
const LOCAL_OFFSET = 60;
/** `RpcCallClientLocality` */
const LOCAL = 1;
const UNKNOWN = 3;

WINE_STUBS.delete("RpcServerInqCallAttributesW");

export default {
  name: "RpcServerInqCallAttributesW tells where a caller is",
  source: "Microsoft: RpcServerInqCallAttributesW, RpcCallClientLocality",
  natives: {
    RpcServerInqCallAttributesW: () => (binding, attributes) => {
      const { buffer, byteOffset, byteLength } = bytesOf(attributes);
      const view = new DataView(buffer, byteOffset, byteLength);
      if (view.getUint32(0, true) !== 2) return RPC_S_INVALID_ARG;
      const overTcp = stringBinding(handleOf(binding))
        .includes("ncacn_ip_tcp:");
      // Wine has no pipes of other computers.
      const where = overTcp ? UNKNOWN : LOCAL;
      view.setInt32(LOCAL_OFFSET, where, true);
      return 0;
    },
  },
} satisfies Rule;
