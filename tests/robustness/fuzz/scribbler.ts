// Writes at random into the ring that it was last told of, all the time:
// scribbler.ts NAME SEED
import { openSharedMemory, type SharedMemory } from "../../../mod.ts";
import { readLine, say } from "../../support/peer_side.ts";
import { Random } from "./random.ts";

const BURST = 2000;
const [, seed] = Deno.args;
const random = new Random("scribbler", Number(seed));
let memory: SharedMemory | undefined;
let over = false;

say("ready");
const listening = listen();
while (!over) {
  const words = memory && new Uint32Array(memory.view().buffer);
  for (let i = 0; words !== undefined && i < BURST; i++) {
    const at = random.chance(0.6)
      ? random.pick([16, 32, 48, 64, 80, 96, 128])
      : random.below(words.length);
    words[at] = random.chance(0.5) ? random.below(300) * 8 : random.u32();
  }
  await new Promise((resolve) => setTimeout(resolve));
}
await listening;

async function listen(): Promise<void> {
  for (
    let name = await readLine();
    name !== undefined;
    name = await readLine()
  ) {
    memory?.close();
    memory = openSharedMemory(name);
    say("scribbling");
  }
  over = true;
}
