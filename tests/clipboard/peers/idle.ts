// Listens for messages as the window TITLE and watches the clipboard: idle.ts TITLE
// "plain" or "traced". Tells of each line what it took to do nothing for a while.
import { listenMessages, trace, watchClipboard } from "../../../mod.ts";
import { kernel32 } from "../../../lib/win32/kernel32.ts";
import { readLine, say } from "../../support/peer_side.ts";

/** How long it is looked at: this time is what is measured. */
const STRETCH_MS = 3000;
const WM_DDE_INITIATE = 0x3e0;
const FILETIME_PER_MS = 10_000;

const [title, mode] = Deno.args as [string, "plain" | "traced"];
let calls: string[] = [];
if (mode === "traced") {
  // A trace looks for what the window's thread has told, which is no rest.
  trace({
    sink({ event, thread, name, args }) {
      // Another program, such as a test beside, asks all windows for DDE servers.
      if (args.Msg === WM_DDE_INITIATE) return;
      calls.push(`${event} ${thread} ${name}`);
    },
  });
}
using listener = listenMessages({ title });
using watcher = watchClipboard();
listener.receive().then(({ bytes }) => say(`message ${bytes.byteLength}`));
tellChanges();
say("ready");

while (await readLine() !== undefined) {
  say("resting");
  calls = [];
  const [since, spent] = [performance.now(), mode === "plain" ? cpuTime() : 0];
  await new Promise((resolve) => setTimeout(resolve, STRETCH_MS));
  const during = calls;
  const cpu = mode === "plain" ? cpuTime() - spent : 0;
  const ms = performance.now() - since;
  say(JSON.stringify({ ms, cpu, calls: during }));
}

async function tellChanges(): Promise<void> {
  for await (const _ of watcher) say("change");
}

/** What all threads of this process have used of the processors, in ms. */
function cpuTime(): number {
  const { raw } = kernel32();
  const times = Array.from({ length: 4 }, () => new BigUint64Array(1));
  const [created, ended, kernel, user] = times as [
    BigUint64Array<ArrayBuffer>,
    BigUint64Array<ArrayBuffer>,
    BigUint64Array<ArrayBuffer>,
    BigUint64Array<ArrayBuffer>,
  ];
  const self = raw.GetCurrentProcess();
  raw.GetProcessTimes(self, created, ended, kernel, user);
  return Number(kernel[0]! + user[0]!) / FILETIME_PER_MS;
}
