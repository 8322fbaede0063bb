// Another program with the clipboard: other.ts KIND. Obeys a line each.
import {
  clearClipboard,
  readClipboard,
  writeClipboard,
} from "../../../lib/clipboard/mod.ts";
import { allocateGlobal } from "../../../lib/io/memory/global_memory.ts";
import {
  listenMessages,
  type MessageListener,
} from "../../../lib/copy_data/mod.ts";
import { formatId } from "../../../lib/window/clipboard_formats.ts";
import { user32 } from "../../../lib/win32/user32.ts";
import { toUtf16 } from "../../../lib/win32/utf16.ts";
import { messageOnlyWindow } from "../../support/message_only_window.ts";
import { checksum } from "../../support/names.ts";
import { readLine, say } from "../../support/peer_side.ts";

const { call } = user32();
const responding: MessageListener[] = [];
say("ready");
for (let line = await readLine(); line !== undefined; line = await readLine()) {
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
      await open(messageOnlyWindow(text));
      break;
    case "promise":
      // A format that is never rendered, of a window that responds.
      responding.push(listenMessages());
      await offer(BigInt(responding[0]!.handle), [[text, 0n]]);
      break;
    case "promise-beside-text":
      responding.push(listenMessages());
      await offer(BigInt(responding[0]!.handle), [
        ["CF_UNICODETEXT", allocateGlobal(toUtf16("beside"))],
        [text, 0n],
      ]);
      break;
    case "own":
      await offer(messageOnlyWindow(text), [[
        text,
        allocateGlobal(new Uint8Array(8)),
      ]]);
      break;
    case "release":
      call.CloseClipboard();
      break;
  }
  say("done");
}

/** Reads the text that is there, puts it back with a word before it, and tells what it was. */
async function turn(): Promise<void> {
  const { text = "" } = await readClipboard();
  await writeClipboard(`turned ${text}`);
  const wide = toUtf16(text);
  say(JSON.stringify({ length: text.length, checksum: checksum(wide) }));
}

/** Opens the clipboard, which others may have open for a moment. */
async function open(window: bigint): Promise<void> {
  for (let i = 0; i < 5000; i++) {
    if (user32().raw.OpenClipboard(window) !== 0) return;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  call.OpenClipboard(window);
}

/** Offers formats as the owner `window`; without memory they are promised. */
async function offer(
  window: bigint,
  forms: [format: string, memory: bigint][],
): Promise<void> {
  await open(window);
  call.EmptyClipboard();
  for (const [format, memory] of forms) {
    user32().raw.SetClipboardData(formatId(format), memory);
  }
  call.CloseClipboard();
}
