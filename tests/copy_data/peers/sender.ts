// Sends texts as UTF-16 without NUL: sender.ts TITLE TEXT… Says the answers.
// Ends with 1 where a message fails.
import { sendCopyData } from "../../../lib/copy_data/mod.ts";
import { toUtf16 } from "../../../lib/win32/utf16.ts";
import { say } from "../../support/peer_side.ts";

const [title, ...texts] = Deno.args as [string, ...string[]];
try {
  for (const text of texts) {
    const data = toUtf16(text).subarray(0, -2);
    say(await sendCopyData(title, data, { tag: text.length }));
  }
} catch (error) {
  await Deno.stderr.write(new TextEncoder().encode(`${error}\n`));
  // Not by an uncaught error: see tests/wine/signal_test.ts.
  Deno.exit(1);
}
