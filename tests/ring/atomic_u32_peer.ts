/** The other process of the tests of atomic_u32.ts: what it does to a section of 4096 bytes. */

import { mapSection, openSection } from "../../lib/io/memory/section.ts";
import { loadU32, storeU32 } from "../../lib/win32/atomic_u32.ts";
import { say } from "../support/peer_side.ts";
import { HALVES, LINE, meet, STOP } from "./atomic_u32.ts";

const [name = "", job = "", rounds = "0"] = Deno.args;
const section = openSection("open", name, "read-write");
const address = mapSection("map", section, "read-write");

if (job === "store") {
  // Two numbers without a byte in common.
  say("ready");
  let stores = 0;
  while (loadU32(address + STOP) === 0) {
    for (let i = 0; i < 500; i++) {
      storeU32(address + LINE, HALVES[0]);
      storeU32(address + LINE, HALVES[1]);
      stores += 2;
    }
  }
  say(stores);
} else {
  say("ready");
  say(meet(address, 1, Number(rounds)).join(" "));
}
