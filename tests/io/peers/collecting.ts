// Reads and writes while garbage is made and collected all the time; run with
// --v8-flags=--expose-gc. Says how many of the blocks arrived right.
import {
  connectPipe,
  createMailslot,
  listenPipe,
  openMailslot,
} from "../../../mod.ts";
import { checksum, pattern, uniqueName } from "../../helpers/names.ts";
import { say } from "../../helpers/peer_side.ts";

declare const gc: () => void;

const BLOCKS = 300;
const sizes = Array.from({ length: BLOCKS }, (_, i) => 1 + (i * 7919) % 70_000);
let over = false;

const [messages, mail] = await Promise.all([
  overPipe(),
  overMailslot(),
  collect(),
]);
say(`${messages} ${mail}`);

async function overPipe(): Promise<number> {
  await using listener = listenPipe(uniqueName(), { mode: "message" });
  await using client = await connectPipe(listener.name);
  await using server = await listener.accept();
  let good = 0;
  const reading = async () => {
    for (const [i, size] of sizes.entries()) {
      const message = await server.readMessage();
      if (checksum(message!) === checksum(pattern(size, i))) good++;
    }
  };
  const writing = async () => {
    for (const [i, size] of sizes.entries()) {
      await client.write(pattern(size, i));
    }
  };
  await Promise.all([reading(), writing()]);
  return good;
}

async function overMailslot(): Promise<number> {
  await using mailslot = createMailslot(uniqueName());
  await using sender = await openMailslot(mailslot.name);
  let good = 0;
  for (const [i, size] of sizes.entries()) {
    const received = mailslot.receive();
    await sender.send(pattern(size, i));
    if (checksum(await received) === checksum(pattern(size, i))) good++;
  }
  over = true;
  return good;
}

async function collect(): Promise<void> {
  while (!over) {
    for (let i = 0; i < 20; i++) new Uint8Array(100_000).fill(i);
    gc();
    await new Promise((resolve) => setTimeout(resolve));
  }
}
