import { assertEquals, assertGreaterOrEqual, assertLess } from "@std/assert";
import { writeClipboard } from "../../lib/clipboard/mod.ts";
import { sendCopyData } from "../../lib/copy_data/mod.ts";
import { uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { type Peer, startScript } from "../support/peer.ts";

/** Of the time of one processor. Deno itself does a little now and then. */
const MAX_CPU = 0.05;
/** Other programs may write the clipboard or send to all windows meanwhile: one stretch without is enough. */
const STRETCHES = 4;

interface Rest {
  readonly ms: number;
  readonly cpu: number;
  readonly calls: readonly string[];
}

async function startIdle(mode: "plain" | "traced"): Promise<[Peer, string]> {
  const title = uniqueName();
  const url = new URL("./peers/idle.ts", import.meta.url);
  const peer = startScript(url, [title, mode]);
  await peer.says("ready");
  return [peer, title];
}

/** Has it rest for a while, in which `work` is done, and counts the changes of the clipboard that it saw. */
async function rest(
  peer: Peer,
  work?: () => Promise<unknown>,
): Promise<Rest & { changes: number }> {
  let changes = 0;
  const line = async () => {
    for (;; changes++) {
      const next = await peer.line();
      if (next !== "change") return next;
    }
  };
  await peer.send("rest");
  assertEquals(await line(), "resting");
  await work?.();
  return { ...JSON.parse(await line()), changes };
}

/** The quietest of some stretches, by `unrest`, of which `enough` is good enough. */
async function quietest(
  peer: Peer,
  unrest: (rest: Rest) => number,
  enough: number,
): Promise<Rest> {
  let best = await rest(peer);
  for (let i = 1; i < STRETCHES && unrest(best) > enough; i++) {
    const next = await rest(peer);
    if (unrest(next) < unrest(best)) best = next;
  }
  return best;
}

Deno.test("a window and a clipboard watcher that nothing happens to use no processor", async () => {
  const [started] = await startIdle("plain");
  await using peer = started;
  const share = ({ cpu, ms }: Rest) => cpu / ms;
  const { cpu, ms } = await quietest(peer, share, MAX_CPU);
  assertGreaterOrEqual(ms, 2900);
  assertLess(cpu / ms, MAX_CPU, `${cpu} ms of ${ms}`);
});

Deno.test("a window and a clipboard watcher that nothing happens to make no native call", async () => {
  const [started, title] = await startIdle("traced");
  await using peer = started;
  const { calls } = await quietest(peer, ({ calls }) => calls.length, 0);
  assertEquals(calls, []);
  // They were listening all the while, and their thread's calls are told.
  await sendCopyData(title, new Uint8Array(3));
  for (let said = ""; said !== "message 3";) said = await peer.line();
  // The change may come behind a stretch, on a busy machine.
  let told = false;
  for (let i = 0; i < STRETCHES && !told; i++) {
    const { changes, calls } = await rest(peer, () => writeClipboard("wake"));
    told = changes > 0 &&
      calls.some((call) => call.endsWith("window GetMessageW"));
  }
  assertEquals(told, true);
});
