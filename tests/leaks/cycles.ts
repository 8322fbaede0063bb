// Cycles that must leave nothing behind: cycles.ts WHAT [COUNT], with
// --v8-flags=--expose-gc. Says what grew after a warm-up, and the time taken.
import {
  connectPipe,
  createMailslot,
  listenPipe,
  openMailslot,
} from "../../mod.ts";
import { uniqueName } from "../helpers/names.ts";
import { say } from "../helpers/peer_side.ts";
import { handleCount, memory } from "../helpers/process_stats.ts";

declare const gc: () => void;

const [what, count = "10000"] = Deno.args as [string, string?];
const data = new Uint8Array(64).fill(7);
const buffer = new Uint8Array(64);
const CYCLES: Record<string, () => Promise<void>> = { pipe, mailslot, abort };

await CYCLES[what]!();

/** Connects, has 64 bytes echoed, and closes both ends. */
async function pipe(): Promise<void> {
  await using listener = listenPipe(uniqueName());
  await measure(async () => {
    const connecting = connectPipe(listener.name);
    await using server = await listener.accept();
    await using client = await connecting;
    await client.write(data);
    await server.read(buffer);
    await server.write(buffer);
    await client.read(buffer);
  });
}

/** Creates a mailslot, sends one message, receives it, and closes. */
async function mailslot(): Promise<void> {
  const name = uniqueName();
  await measure(async () => {
    await using slot = createMailslot(name);
    await using sender = await openMailslot(name);
    await sender.send(data);
    await slot.receive();
  });
}

/** Gives up a read. */
async function abort(): Promise<void> {
  await using listener = listenPipe(uniqueName());
  await using client = await connectPipe(listener.name);
  await using _server = await listener.accept();
  await measure(async () => {
    const giveUp = new AbortController();
    const read = client.read(buffer, { signal: giveUp.signal });
    queueMicrotask(() => giveUp.abort());
    await read.catch(() => {});
  });
}

async function measure(cycle: () => Promise<void>): Promise<void> {
  for (let i = 0; i < Number(count) / 10; i++) await cycle();
  const before = await settled();
  const since = performance.now();
  for (let i = 0; i < Number(count); i++) await cycle();
  const seconds = (performance.now() - since) / 1000;
  const after = await settled();
  say(JSON.stringify({
    handlesBefore: before.handles,
    handles: after.handles - before.handles,
    bytes: after.bytes - before.bytes,
    seconds,
  }));
}

/**
 * The counts once they stand still: Deno ends idle threads of its own. What V8
 * keeps of its heap without using it goes up and down, and does not count.
 */
async function settled(): Promise<{ handles: number; bytes: number }> {
  for (let handles = handleCount();;) {
    gc();
    await new Promise((resolve) => setTimeout(resolve));
    const next = handleCount();
    if (next === handles) {
      const { private: own, workingSet } = memory();
      const { heapUsed, heapTotal } = Deno.memoryUsage();
      const bytes = (own || workingSet) - heapTotal + heapUsed;
      return { handles, bytes };
    }
    handles = next;
  }
}
