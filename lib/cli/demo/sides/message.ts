import {
  findWindows,
  listenMessages,
  sendCopyData,
} from "../../../copy_data/mod.ts";
import { type Side, sides } from "./side.ts";
import { now } from "../../text/printer.ts";

const TITLE = "Client";

export const run = sides(send, listen);

async function send(side: Side): Promise<void> {
  const { wait } = side;
  const title = side.name(TITLE);
  let first = true;
  for await (const line of side.lines(wait.signal)) {
    const at = now();
    await side.send(title, line, async (text) => {
      await sendCopyData(title, text, wait);
      if (!first) return;
      first = false;
      const [window] = findWindows({ title });
      await side.did("opened", title, { handle: window?.handle, at });
    });
  }
  await side.did("closed", title);
}

async function listen(side: Side): Promise<void> {
  const { common } = side;
  const title = side.name(TITLE);
  await using listener = listenMessages({ title });
  await side.did("created", title, { handle: listener.handle });
  side.ready(title);
  for (let count = 0; count < common.count; count++) {
    const { bytes } = await listener.receive({ signal: side.idle.signal });
    await side.received(title, bytes);
    side.idle.progress();
  }
  await side.did("closed", title);
}
