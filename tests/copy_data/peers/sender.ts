// Sends texts as UTF-16 without NUL: sender.ts TITLE TEXT… Says the answers.
import { sendCopyData } from "../../../lib/copy_data.ts";
import { toWide } from "../../../lib/win32/wide.ts";
import { say } from "../../helpers/peer_side.ts";

const [title, ...texts] = Deno.args as [string, ...string[]];
for (const text of texts) {
  const data = toWide(text).subarray(0, -2);
  say(await sendCopyData(title, data, { tag: text.length }));
}
