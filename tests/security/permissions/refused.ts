// deno-lint-ignore-file no-console
// Tries one thing, and says how it failed: refused.ts WHAT
import {
  connectPipe,
  createAnonymousPipe,
  createMailslot,
  inheritedHandle,
  listenPipe,
  openMailslot,
  pipeInfo,
  spawn,
} from "../../../mod.ts";

const TRIES: Record<string, () => unknown> = {
  listenPipe: () => listenPipe("x"),
  connectPipe: () => connectPipe("x"),
  pipeInfo: () => pipeInfo("x"),
  createAnonymousPipe: () => createAnonymousPipe(),
  spawn: () => spawn("cmd.exe"),
  inheritedHandle: () => inheritedHandle(4),
  createMailslot: () => createMailslot("x"),
  openMailslot: () => openMailslot("x"),
  sddl: () => listenPipe(crypto.randomUUID(), { sddl: "D:(A;;GA;;;WD)" }),
  badName: () => listenPipe(""),
};

try {
  await TRIES[Deno.args[0]!]!();
  console.log("nothing failed");
} catch (error) {
  const { name, message } = error as Error;
  console.log(`${name}: ${message}`);
}
