// Writes messages to a pipe and gives the last one up half way, or leaves in the
// middle of it: abandoning.ts NAME SEED CLIENTS MESSAGES. Says that it is ready,
// and at the end how many it wrote whole.
import { connectPipe } from "../../../lib/named_pipe/mod.ts";
import { say } from "../../support/peer_side.ts";
import { Random } from "./random.ts";

const HEAD = 4;
const [name, ...numbers] = Deno.args as [string, ...string[]];
const [seed, clients, messages] = numbers.map(Number) as [
  number,
  number,
  number,
];
const random = new Random("abandoning", seed);
let whole = 0;

say("ready");
for (let i = 0; i < clients; i++) {
  const client = await connectPipe(name, { timeout: 20_000 });
  for (let at = 1; at < messages; at++) {
    const large = random.chance(0.2);
    await client.write(message(random.below(large ? 60_000 : 200)));
    whole++;
  }
  // It gives one up, at once or while it is read, or leaves in the middle of it.
  const timeout = random.chance(0.5) ? random.below(3) : undefined;
  const writing = client.write(message(random.below(60_000)), { timeout })
    .then(() => whole++, () => {});
  if (timeout !== undefined) await writing;
  client.close();
  await writing;
}
say(whole);

/** Bytes that follow from the first one, after how many they are. */
function message(size: number): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(HEAD + size);
  new DataView(message.buffer).setUint32(0, size, true);
  const first = random.below(256);
  for (let i = 0; i < size; i++) message[HEAD + i] = first + i * 7;
  return message;
}
