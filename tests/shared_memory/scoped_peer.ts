/** Shared memory with no more than kernel32.dll allowed. */

import {
  createSharedMemory,
  openSharedMemory,
} from "../../lib/shared_memory/mod.ts";
import { bytes, text } from "../support/names.ts";
import { say } from "../support/peer_side.ts";

const [name = ""] = Deno.args;
using memory = createSharedMemory(name, { size: 100 });
using other = openSharedMemory(name);
memory.write(bytes("by copy"));
say(text(other.read(0, 7)));
try {
  memory.view();
} catch (error) {
  say(String(error));
}
