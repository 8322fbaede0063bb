// The other side of faults. Each line is a name and an action; it says "did ACTION",
// with the text of the action, when it has come so far, and holds what it has
// opened until it ends.
import { crash, readLine, say } from "../../support/peer_side.ts";
import type { Action } from "./actions/held.ts";

type Actions = Readonly<Record<string, Action>>;

// Most processes die of their first action: each loads what it needs and no more.
const streams = async () => (await import("./actions/streams.ts")).STREAMS;
const memory = async () => (await import("./actions/memory.ts")).MEMORY;
const windows = async () => (await import("./actions/windows.ts")).WINDOWS;
const ACTIONS: Readonly<Record<string, () => Promise<Actions>>> = {
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

for (let line = await readLine(); line !== undefined; line = await readLine()) {
  const [name, action] = line.split(": ") as [string, string];
  const actions = await ACTIONS[action.split(" ")[0]!]!();
  const result = await actions[action]!(name);
  const words = ["string", "number"].includes(typeof result)
    ? ` ${result}`
    : "";
  say(`did ${action}:${words}`);
}
