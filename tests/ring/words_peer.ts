/** The other process of the tests of words: what it does to a section of 4096 bytes. */

import { mapSection, openSection } from "../../lib/io/memory/section.ts";
import { loadWord, storeWord } from "../../lib/win32/words.ts";
import { say } from "../support/peer_side.ts";
import { HALVES, LINE, meet, STOP } from "./words.ts";

const [name = "", job = "", rounds = "0"] = Deno.args;
const section = openSection("open", name, "read-write");
const address = mapSection("map", section, "read-write");

if (job === "store") {
  // Two numbers without a byte in common.
  say("ready");
  let stores = 0;
  while (loadWord(address + STOP) === 0) {
    for (let i = 0; i < 500; i++) {
      storeWord(address + LINE, HALVES[0]);
      storeWord(address + LINE, HALVES[1]);
      stores += 2;
    }
  }
  say(stores);
} else {
  say("ready");
  say(meet(address, 1, Number(rounds)).join(" "));
}
