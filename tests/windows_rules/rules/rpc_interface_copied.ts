import { handleOf } from "../native.ts";
import { allocatePages, read, write } from "../rpc_native.ts";
import type { Rule } from "../rule.ts";

/** `RPC_SERVER_INTERFACE` */
const SIZE = 96;
const PAGE_READWRITE = 4;

export default {
  name: "RPC's runtime describes an interface in memory of its own",
  source:
    "Microsoft: RpcServerRegisterIf2, and RPC_MESSAGE in rpcdcep.h: RpcInterfaceInformation of a call " +
    "points to what the runtime has copied at registration",
  natives: {
    RpcServerRegisterIf2: (native) => (description, ...rest) => {
      const copy = allocatePages(SIZE, PAGE_READWRITE);
      write(copy, read(handleOf(description), SIZE));
      return native(copy, ...rest);
    },
  },
} satisfies Rule;
