// The example's process B, which crashes when it is told something: crashing_b.ts PORT
import { crash, told } from "../../support/peer_side.ts";

told().then(crash);
await import("../../../examples/socket/b.ts");
