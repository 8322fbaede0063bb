/** The other process of the tests of shared memory: does what it is told. */

import {
  createSharedMemory,
  openSharedMemory,
} from "../../lib/shared_memory/mod.ts";
import { say, told } from "../helpers/peer_side.ts";
import { bytes, text } from "../helpers/names.ts";

const [name = ""] = Deno.args;
using memory = openSharedMemory(name);
say(`ready ${memory.mappedSize}`);
for (let line = await told(); line !== undefined; line = await told()) {
  const [verb, value] = line.split(" ");
  if (verb === "write") memory.write(bytes(value!));
  if (verb === "read") say(text(memory.read(0, Number(value))));
  if (verb === "view") memory.view()[0] = Number(value);
  if (verb === "atomic") {
    Atomics.add(new Int32Array(memory.view().buffer), 1, Number(value));
  }
  if (verb === "create") {
    using again = createSharedMemory(name, { size: 100 });
    say(String(again.created));
  }
  if (verb !== "read" && verb !== "create") say("done");
}
