/** One end of a ring in another process, which does what it is told. */

import {
  openRing,
  type RingConsumer,
  type RingProducer,
} from "../../lib/ring/mod.ts";
import { checksum, pattern } from "../support/names.ts";
import { readLine, say } from "../support/peer_side.ts";

const [name = "", role = ""] = Deno.args;
const limit = { timeout: 20_000 };
// Without spinning, so that who waits sleeps.
const spin = 0;

const shown = (message: Uint8Array) =>
  `${message.byteLength}:${checksum(message)}`;

/** Messages of the lengths that `words` tell. */
const messages = (words: string[]) => words.map((word) => pattern(+word));

function consuming(ring: RingConsumer) {
  return {
    read: async () => shown((await ring.read(limit))!),
    async drop([count]: string[]) {
      for (let i = 0; i < Number(count); i++) await ring.read(limit);
    },
    async batch() {
      const batch = await ring.readBatch(limit);
      return [...batch!].map(shown).join(" ");
    },
    close: () => ring.close(),
  };
}

function producing(ring: RingProducer) {
  return {
    write: ([length]: string[]) => ring.write(pattern(Number(length)), limit),
    try: ([length]: string[]) => ring.tryWrite(pattern(Number(length))),
    batch: (lengths: string[]) => ring.writeBatch(messages(lengths), limit),
    "give-up": ([length]: string[]) =>
      ring.write(pattern(Number(length)), { timeout: 5 }),
    close: () => ring.close(),
  };
}

const verbs: Record<string, (words: string[]) => unknown> = role === "producer"
  ? producing(await openRing(name, { role, spin }))
  : consuming(await openRing(name, { spin }));
say("ready");
for (let line = await readLine(); line !== undefined; line = await readLine()) {
  const [verb, ...words] = line.split(" ");
  try {
    say(String(await verbs[verb!]!(words) ?? "done"));
  } catch (error) {
    say((error as Error).name);
  }
}
