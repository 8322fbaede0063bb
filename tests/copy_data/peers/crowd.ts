// Sends messages at once, as so many handlers do: crowd.ts TITLE FIRST COUNT.
// Their tags are FIRST and so on; says the answers.
import { sendCopyData } from "../../../lib/copy_data/mod.ts";
import { runHandler } from "../../../lib/copy_data/send_queue.ts";
import { say } from "../../support/peer_side.ts";

const [title, first, count] = Deno.args as [string, string, string];
const answers = Array.from({ length: Number(count) }, (_, i) => {
  const options = { tag: Number(first) + i, timeout: 60_000 };
  return runHandler(() => sendCopyData(title, new Uint8Array(1), options));
});
say((await Promise.all(answers)).join(" "));
