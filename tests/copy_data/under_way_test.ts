/** What a program may do while a message of its own is under way. */

import { assertEquals, assertRejects } from "@std/assert";
import { listenMessages, sendCopyData } from "../../lib/copy_data/mod.ts";
import { uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { type Peer, startScript } from "../support/peer.ts";

const SCRIPT = new URL("./peers/window.ts", import.meta.url);
const NOTHING = new Uint8Array(0);

/** A window here, and a peer that has a message of ours and does not answer it yet. */
async function underWay(stack: AsyncDisposableStack) {
  const [title, other] = [uniqueName(), uniqueName()];
  const listener = stack.use(listenMessages({ title }));
  const peer: Peer = stack.use(startScript(SCRIPT, [other, "late", title]));
  await peer.says("ready");
  const answer = sendCopyData(other, NOTHING, { tag: 1, timeout: 60_000 });
  return { listener, peer, answer };
}

Deno.test("a program receives, opens windows and closes them while its message is under way", async () => {
  await using stack = new AsyncDisposableStack();
  const { listener, peer, answer } = await underWay(stack);
  for (const size of [0, 1, 786_432]) {
    const { bytes } = await listener.receive();
    assertEquals(bytes.byteLength, size);
  }
  await peer.says("sent");
  {
    await using another = listenMessages({}, ({ tag }) => tag + 1);
    assertEquals(await sendCopyData(another, NOTHING, { tag: 4 }), 5);
  }
  await peer.send("answer");
  assertEquals(await answer, 7);
});

Deno.test("a program closes its last window, and opens one, while its message is under way", async () => {
  await using stack = new AsyncDisposableStack();
  const { listener, peer, answer } = await underWay(stack);
  await peer.says("sent");
  await listener[Symbol.asyncDispose]();
  {
    await using another = listenMessages();
    assertEquals(await sendCopyData(another, NOTHING), 1);
  }
  await peer.send("answer");
  assertEquals(await answer, 7);
  await using last = listenMessages({}, () => 3);
  assertEquals(await sendCopyData(last, NOTHING), 3);
});

Deno.test("a program goes on when the other side dies while its message is under way", async () => {
  await using stack = new AsyncDisposableStack();
  const { listener, peer, answer } = await underWay(stack);
  const broken = assertRejects(() => answer, Deno.errors.BrokenPipe);
  await peer.says("sent");
  await peer.kill();
  await broken;
  await sendCopyData(listener, NOTHING);
  for (let i = 0; i < 4; i++) await listener.receive();
});
