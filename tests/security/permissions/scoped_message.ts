// deno-lint-ignore-file no-console
// What of windows and the clipboard needs no more than their libraries.
import {
  broadcastRegistered,
  clipboardSequence,
  findWindows,
  listenMessages,
  readClipboard,
  sendCopyData,
  writeClipboard,
} from "../../../mod.ts";
import { bytes } from "../../support/names.ts";

const said: unknown[] = [];
const [title] = Deno.args as [string];
said.push(await sendCopyData(title, bytes("12345")));
said.push(findWindows({ title }).length);
// Not the name of a test that may run at the same time.
broadcastRegistered("winipc.test.scoped");
said.push(await writeClipboard("ours") === clipboardSequence());
said.push((await readClipboard()).text);
try {
  listenMessages();
} catch (error) {
  said.push((error as Error).message);
}
console.log(said.join(", "));
