// Another program with the clipboard: other.ts KIND. Obeys a line each.
import {
  clearClipboard,
  readClipboard,
  writeClipboard,
} from "../../../lib/clipboard.ts";
import { user32 } from "../../../lib/win32/user32.ts";
import { toWide } from "../../../lib/win32/wide.ts";
import { checksum } from "../../helpers/names.ts";
import { say, told } from "../../helpers/peer_side.ts";

say("ready");
for (let line = await told(); line !== undefined; line = await told()) {
  const [word, ...rest] = line.split(" ");
  const text = rest.join(" ");
  switch (word) {
    case "write":
      await writeClipboard(JSON.parse(text));
      break;
    case "read":
      say(JSON.stringify(await readClipboard()));
      continue;
    case "turn":
      await turn();
      continue;
    case "clear":
      await clearClipboard();
      break;
    case "hold":
      hold(text);
      break;
    case "release":
      user32().call.CloseClipboard();
      break;
  }
  say("done");
}

/** Reads the text that is there, puts it back with a word before it, and tells what it was. */
async function turn(): Promise<void> {
  const { text = "" } = await readClipboard();
  await writeClipboard(`turned ${text}`);
  const wide = toWide(text);
  say(JSON.stringify({ length: text.length, checksum: checksum(wide) }));
}

/** Opens the clipboard with a window of its own, and keeps it. */
function hold(title: string): void {
  const { call } = user32();
  const [type, name] = [toWide("STATIC"), toWide(title)];
  const window = call.CreateWindowExW(
    0,
    type,
    name,
    0,
    0,
    0,
    0,
    0,
    0n,
    0n,
    0n,
    0n,
  );
  call.OpenClipboard(window);
}
