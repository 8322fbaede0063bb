// The example's process B, which crashes when it is told something: crashing_b.ts PORT
import { crash, readLine } from "../../support/peer_side.ts";

readLine().then(crash);
await import("../../../examples/socket/b.ts");
