/** What comes over the wire from others: whole mechanisms, hostile peers. */

import { assert, assertEquals, assertGreater } from "@std/assert";
import {
  connectDde,
  connectPipe,
  createMailslot,
  listenMessages,
  listenPipe,
  openMailslot,
  type PipeConnection,
  sendCopyData,
  serveDde,
} from "../../../mod.ts";
import { bytes, uniqueName } from "../../support/names.ts";
import "../../support/native.ts";
import { startScript } from "../../support/peer.ts";
import { CASES, reportCases } from "./cases.ts";
import { logSeed, Random, SEED } from "./random.ts";

const OWN = "pipe messages of our own client";
const MESSAGES = CASES[OWN];
const MAILS = CASES.mailslots;
const COPIES = CASES.WM_COPYDATA;
const DDES = CASES["DDE messages"];
const LIMIT = 5000;

Deno.test(`pipe messages: ${MESSAGES} of all sizes, read in all ways, are whole or refused`, async () => {
  logSeed("pipe messages");
  const random = new Random("pipe messages");
  await using listener = listenPipe(uniqueName(), { mode: "message" });
  await using client = await connectPipe(listener.name);
  await using server = await listener.accept();
  const sizes: number[] = [];
  const sending = (async () => {
    const sender = new Random("pipe senders");
    for (let i = 0; i < MESSAGES; i++) {
      const size = sender.chance(0.1) ? sender.below(20_000) : sender.below(64);
      sizes.push(size);
      await client.write(sender.bytes(size));
    }
  })();
  for (let i = 0; i < MESSAGES; i++) await readOne(server, random, sizes, i);
  await sending;
  reportCases(OWN, sizes.length);
});

async function readOne(
  server: PipeConnection,
  random: Random,
  sizes: number[],
  at: number,
): Promise<void> {
  if (random.chance(0.5)) server.peek(random.below(100));
  if (random.chance(0.7)) {
    try {
      const message = await server.readMessage({ maxSize: LIMIT });
      assertEquals(message?.byteLength, sizes[at]);
      assert(sizes[at]! <= LIMIT);
    } catch (error) {
      if (!(error instanceof Deno.errors.InvalidData)) throw error;
      assertGreater(sizes[at]!, LIMIT);
    }
    return;
  }
  const buffer = new Uint8Array(1 + random.below(5000));
  let read = await server.read(buffer);
  while (read !== null && read < sizes[at]!) {
    read += (await server.read(buffer))!;
  }
  assertEquals(read ?? 0, sizes[at]);
}

Deno.test(`mailslots: ${MAILS} messages of all sizes, also longer than allowed`, async () => {
  logSeed("mailslots");
  const random = new Random("mailslots");
  await using slot = createMailslot(uniqueName(), { maxMessageSize: LIMIT });
  await using sender = await openMailslot(slot.name);
  let tried = 0;
  for (; tried < MAILS; tried++) {
    const size = random.below(2 * LIMIT);
    try {
      await sender.send(random.bytes(size));
      // Wine takes longer ones, too.
      assertEquals((await slot.receive()).byteLength, size);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      assertGreater(size, LIMIT);
    }
  }
  reportCases("mailslots", tried);
});

Deno.test(`WM_COPYDATA: ${COPIES} that lie about themselves, and ${DDES} invalid messages of DDE`, async () => {
  logSeed("window messages");
  const title = uniqueName();
  let received = 0;
  await using _listener = listenMessages({ title }, ({ bytes }) => {
    received += bytes.byteLength >= 0 ? 1 : 0;
    return 1;
  });
  await using _server = serveDde(title, {
    topics: { topic: { items: { item: { value: "here", poke: true } } } },
  });
  const url = new URL("./hostile.ts", import.meta.url);
  await using peer = startScript(url, [title, Deno.pid, SEED]);
  await peer.send(`copy data: ${COPIES}`);
  const [taken, copies] = (await peer.line()).split(" of ").map(Number) as [
    number,
    number,
  ];
  reportCases("WM_COPYDATA", copies);
  assertEquals(received, taken);
  assertGreater(taken, COPIES / 2);
  await peer.send(`dde: ${DDES}`);
  const [posted, ddes] = (await peer.line()).split(" of ").map(Number) as [
    number,
    number,
  ];
  reportCases("DDE messages", ddes);
  assertGreater(posted, 0);
  assertEquals(await sendCopyData(title, bytes("after all")), 1);
  await using client = await connectDde(title, "topic");
  assertEquals((await client.request("item")).text, "here");
});
