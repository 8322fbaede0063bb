/** The other process of the tests of shared memory: does what it is told. */

import type { MemoryAccess } from "../../lib/io/memory/section.ts";
import {
  createSharedMemory,
  openSharedMemory,
} from "../../lib/shared_memory/mod.ts";
import { bytes, text } from "../support/names.ts";
import { readLine, say } from "../support/peer_side.ts";

const [name = "", access = "read-write"] = Deno.args;
using memory = openSharedMemory(name, { access: access as MemoryAccess });

const VERBS: Record<string, (value: string, at: number) => unknown> = {
  write: (value, at) => memory.write(bytes(value), at),
  read: (value, at) => text(memory.read(at, Number(value))),
  view: (value) => void (memory.view()[0] = Number(value)),
  atomic: (value) =>
    void Atomics.add(new Int32Array(memory.view().buffer), 1, Number(value)),
  create() {
    using again = createSharedMemory(name, { size: 100 });
    return again.created;
  },
  open: (other) => void openSharedMemory(other).close(),
};

say(`ready ${memory.mappedSize}`);
for (let line = await readLine(); line !== undefined; line = await readLine()) {
  const [verb, value, at] = line.split(" ");
  try {
    say(String(VERBS[verb!]!(value!, Number(at ?? 0)) ?? "done"));
  } catch (error) {
    say(String(error));
  }
}
