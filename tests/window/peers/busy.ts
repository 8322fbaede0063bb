// Has a window thread do all that it can do: busy.ts OURS OTHER. OTHER is a window
// of tests/copy_data/peers/window.ts that sends to OURS before it answers.
import {
  connectDde,
  listenMessages,
  sendCopyData,
  serveDde,
  watchClipboard,
  writeClipboard,
} from "../../../mod.ts";
import { uniqueName } from "../../support/names.ts";
import { say } from "../../support/peer_side.ts";

const [ours, other] = Deno.args as [string, string];
/** So many that the window thread has come to send them. */
const MANY = 300;
const NOTHING = new Uint8Array(0);

{
  await using listener = listenMessages({ title: ours });
  for (let i = 0; i < MANY; i++) await sendCopyData(other, NOTHING);
  const answer = sendCopyData(other, NOTHING, {
    tag: 1,
    timeout: 60_000,
  });
  for (let i = 0; i < 3; i++) await listener.receive();
  say("received");
  await answer;
}
{
  await using _ = listenMessages({ title: ours }, async ({ tag }) => {
    return tag === 0
      ? 0
      : 1 + await sendCopyData(ours, NOTHING, { tag: tag - 1 });
  });
  await sendCopyData(ours, NOTHING, { tag: 3 });
}
{
  const service = uniqueName("dde");
  const topics = { topic: { items: { item: "hi" } } };
  await using _ = serveDde(service, { topics });
  await using talk = await connectDde(service, "topic");
  await talk.request("item");
}
{
  await using watch = watchClipboard();
  await writeClipboard("busy");
  for await (const _ of watch) break;
}
say("done");
