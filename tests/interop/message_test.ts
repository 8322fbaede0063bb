import { assertEquals } from "@std/assert";
import { listenMessages, sendCopyData } from "../../mod.ts";
import { toUtf16 } from "../../lib/win32/utf16.ts";
import { uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { startNode, testWith } from "../support/partners.ts";
import type { Peer } from "../support/peer.ts";

const TEXT = "ünï 中文 😀";

const nodeTest = testWith("node", "koffi");

function node(...args: string[]): Peer {
  const script = new URL("./node/window_peer.ts", import.meta.url);
  return startNode(script, args, ["--experimental-strip-types"]);
}

nodeTest("Node's window receives what we send", async () => {
  const title = uniqueName();
  await using peer = node(title);
  await peer.says("ready");
  for (const [sent, answer] of [[TEXT, 1], ["", 1], ["refuse", 0]] as const) {
    const data = toUtf16(sent).subarray(0, -2);
    assertEquals(await sendCopyData(title, data), answer);
    await peer.says(`0 ${sent}`);
  }
});

nodeTest("our window receives what Node sends", async () => {
  const title = uniqueName();
  using listener = listenMessages({ title });
  await using peer = node(title, TEXT, "two");
  for (const sent of [TEXT, "two"]) {
    const { tag, bytes } = await listener.receive();
    const decoded = new TextDecoder("utf-16le").decode(bytes);
    assertEquals([tag, decoded], [0, sent]);
    await peer.says("1");
  }
});
