import { handleValue } from "../../../anonymous_pipe/mod.ts";
import { createMailslot, openMailslot } from "../../../mailslot/mod.ts";
import { type Side, sides } from "./side.ts";

const NAME = "Name";
const LAST = "Exit";

export const run = sides(read, write);

async function read(side: Side): Promise<void> {
  const { common } = side;
  await using mailslot = createMailslot(side.name(NAME));
  await side.did("created", mailslot.name, { handle: handleValue(mailslot) });
  side.ready(mailslot.name);
  for (let count = 0; count < common.count; count++) {
    const message = await mailslot.receive({ signal: side.idle.signal });
    if (side.text(message) === LAST) break;
    await side.received(mailslot.name, message);
    side.idle.progress();
  }
  await side.did("closed", mailslot.name);
}

async function write(side: Side): Promise<void> {
  const { signal } = side.env;
  await using sender = await openMailslot(side.name(NAME), side.wait);
  await side.did("opened", sender.name, { handle: handleValue(sender) });
  const send = (message: Uint8Array) => sender.send(message, { signal });
  for await (const line of side.lines(signal)) {
    if (side.text(line) === LAST) break;
    await side.send(sender.name, line, send);
  }
  await side.send(sender.name, side.bytes(LAST), send);
  await side.did("closed", sender.name);
}
