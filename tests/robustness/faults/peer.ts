// The other side of faults. Each line is a name and a deed; it says "did DEED",
// with what the deed tells, when it has come so far, and holds what it has
// opened until it ends.
import { crash, say, told } from "../../support/peer_side.ts";
import type { Deed } from "./actions/held.ts";

type Deeds = Readonly<Record<string, Deed>>;

// Most processes die of their first deed: each loads what it needs and no more.
const streams = async () => (await import("./actions/streams.ts")).STREAMS;
const memory = async () => (await import("./actions/memory.ts")).MEMORY;
const windows = async () => (await import("./actions/windows.ts")).WINDOWS;
const DEEDS: Readonly<Record<string, () => Promise<Deeds>>> = {
  nothing: () => Promise.resolve({ nothing() {} }),
  crash: () => Promise.resolve({ crash }),
  pipe: streams,
  mailslot: streams,
  socket: streams,
  ring: memory,
  memory,
  file: memory,
  mutex: memory,
  event: memory,
  semaphore: memory,
  window: windows,
  dde: windows,
  clipboard: async () => (await import("./actions/clipboard.ts")).CLIPBOARD,
  rpc: async () => (await import("./actions/rpc.ts")).RPC,
};

for (let line = await told(); line !== undefined; line = await told()) {
  const [name, deed] = line.split(": ") as [string, string];
  const deeds = await DEEDS[deed.split(" ")[0]!]!();
  const result = await deeds[deed]!(name);
  const words = ["string", "number"].includes(typeof result)
    ? ` ${result}`
    : "";
  say(`did ${deed}:${words}`);
}
