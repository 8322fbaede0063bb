/** A bad partner of a relay holds up nobody else. */

import { assertEquals } from "@std/assert";
import {
  connectPipe,
  connectSocket,
  listenSocket,
  openMailslot,
  openRing,
  pipeInfo,
  type SocketConnection,
} from "../../mod.ts";
import { bytes, text, uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { readExactly, started } from "./helpers.ts";

/** A partner of a listening end: what it says, and what it takes. */
interface Partner extends AsyncDisposable {
  say(bytes: Uint8Array<ArrayBuffer>): Promise<unknown>;
  hear(size: number): Promise<Uint8Array>;
}

/** How partners reach a relay that listens. */
const LISTENING: Readonly<
  Record<string, (ready: string) => Promise<Partner>>
> = {
  async "pipe-listen"(ready) {
    return partner(await connectPipe(ready));
  },
  async "tcp-listen"(ready) {
    return partner(await connectSocket(ready));
  },
};

/** What a bad partner does, once it has connected; its far end is there, too. */
const BAD: Readonly<
  Record<string, (bad: Partner, far: SocketConnection) => Promise<unknown>>
> = {
  "that connects and leaves": (bad) =>
    Promise.resolve(bad[Symbol.asyncDispose]()),
  "that never writes": () => Promise.resolve(),
  /** Its far end writes more than anybody keeps for it. */
  "that never reads": (_bad, far) => far.write(new Uint8Array(64 << 20)),
};

for (const [end, connect] of Object.entries(LISTENING)) {
  for (const [kind, behave] of Object.entries(BAD)) {
    Deno.test(`relay() from ${end} serves others beside a partner ${kind}`, async () => {
      await using stack = new AsyncDisposableStack();
      const to = stack.use(await listenSocket());
      const from = end === "pipe-listen" ? uniqueName() : "0";
      const running = stack.use(
        await started(`${end}:${from}`, `tcp:${to.name}`),
      );
      const accept = async () => stack.use(await to.accept());
      const bad = await connect(running.ready[0]!);
      const farOfBad = await accept();
      const behaving = behave(bad, farOfBad).catch(() => {});
      const good = stack.use(await connect(running.ready[0]!));
      const far = await accept();
      await good.say(bytes("question"));
      assertEquals(text(await readExactly(far, 8)), "question");
      await far.write(bytes("answer"));
      assertEquals(text(await good.hear(6)), "answer");
      await bad[Symbol.asyncDispose]();
      farOfBad.close();
      await behaving;
    });
  }
}

Deno.test("relay() from pipe-listen keeps what is there once for a partner that says something", async () => {
  const [pipe, name] = [uniqueName(), uniqueName()];
  await using running = await started(
    `pipe-listen:${pipe}`,
    `ring-create:${name}`,
    { mode: "message" },
  );
  pipeInfo(pipe);
  await using ring = await openRing(name, { waitForCreator: true });
  await using client = await connectPipe(pipe, { mode: "message" });
  await client.write(bytes("first"));
  assertEquals(text(await ring.read()), "first");
  assertEquals(running.errors, []);
});

Deno.test("relay() to pipe-listen keeps what is there once for a partner that takes something", async () => {
  const [pipe, slot] = [uniqueName(), uniqueName()];
  await using _running = await started(
    `mailslot-listen:${slot}`,
    `pipe-listen:${pipe}`,
    { mode: "message" },
  );
  pipeInfo(pipe);
  // It is created for the first partner.
  await using sender = await openMailslot(slot, { waitForReader: true });
  const buffer = new Uint8Array(8);
  await using client = await connectPipe(pipe, { mode: "message" });
  await sender.send(bytes("kept"));
  const length = await client.read(buffer);
  assertEquals(text(buffer.subarray(0, length ?? 0)), "kept");
});

function partner(
  connection: Awaited<ReturnType<typeof connectPipe>> | SocketConnection,
): Partner {
  return {
    say: (bytes) => connection.write(bytes),
    hear: (size) => readExactly(connection, size),
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}
