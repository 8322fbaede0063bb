import {
  readClipboard,
  watchClipboard,
  writeClipboard,
} from "../../../clipboard/mod.ts";
import { type Side, sides } from "./side.ts";

const NAME = "clipboard";

export const run = sides(write, watch);

async function write(side: Side): Promise<void> {
  const { signal } = side.env;
  for await (const line of side.lines(signal)) {
    await side.send(
      NAME,
      line,
      () => writeClipboard(side.text(line), { signal }),
    );
  }
  await side.did("closed", NAME);
}

async function watch(side: Side): Promise<void> {
  const { common, env: { signal } } = side;
  await using watcher = watchClipboard();
  await side.did("opened", NAME);
  side.ready(NAME);
  for (let count = 0; count < common.count;) {
    await watcher.receive({ signal: side.idle.signal });
    const { text } = await readClipboard({ signal });
    side.idle.progress();
    if (text === undefined) continue;
    await side.received(NAME, side.bytes(text));
    count++;
  }
  await side.did("closed", NAME);
}
