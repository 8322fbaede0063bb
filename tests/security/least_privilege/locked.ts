// deno-lint-ignore-file no-console
// Locks native access to all that winipc may load, and says how each use goes
// after that, and whether anything else opens: locked.ts READY USE…
import { lockNativeAccess, type Mechanism } from "../../../mod.ts";
import { TRIALS } from "./trials.ts";

const [ready, ...uses] = Deno.args as [string, ...string[]];
const MECHANISMS: Mechanism[] = [
  "pipe",
  "anonymous-pipe",
  "mailslot",
  "sync",
  "shared-memory",
  "file-mapping",
  "ring",
  "message",
  "clipboard",
  "dde",
  "rpc",
  "objects",
];

lockNativeAccess(MECHANISMS, {
  features: ["sddl", "impersonation", "overlapped-mailslot", "remote"],
});
for (const use of uses) {
  await attempt(use, () => TRIALS[use]!(JSON.parse(ready)));
}
for (const dll of ["shell32.dll", "kernel32.dll"]) {
  await attempt(dll, () => Deno.dlopen(`C:\\Windows\\System32\\${dll}`, {}));
}

async function attempt(use: string, work: () => unknown): Promise<void> {
  try {
    await work();
    console.log(JSON.stringify({ use, name: "ok", message: "" }));
  } catch (error) {
    const { name, message } = error as Error;
    console.log(JSON.stringify({ use, name, message }));
  }
}
