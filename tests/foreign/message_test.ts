import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { listenMessages, sendCopyData } from "../../mod.ts";
import { toWide } from "../../lib/win32/wide.ts";
import { uniqueName } from "../helpers/names.ts";
import "../helpers/native.ts";
import { Peer } from "../helpers/peer.ts";

const TEXT = "ünï 中文 😀";

function node(...args: string[]): Peer {
  const file = fileURLToPath(
    new URL("./node/window_peer.ts", import.meta.url),
  );
  const program = Deno.env.get("WINIPC_TEST_NODE");
  if (program === undefined || !Deno.env.has("WINIPC_TEST_KOFFI")) {
    throw new Error(
      'WINIPC_TEST_NODE and WINIPC_TEST_KOFFI are not set: run "deno task test"',
    );
  }
  const flags = ["--no-warnings", "--experimental-strip-types"];
  return new Peer(program, [...flags, file, ...args]);
}

Deno.test("Node's window receives what we send", async () => {
  const title = uniqueName();
  await using peer = node(title);
  await peer.says("ready");
  for (const [sent, answer] of [[TEXT, 1], ["", 1], ["refuse", 0]] as const) {
    const data = toWide(sent).subarray(0, -2);
    assertEquals(await sendCopyData(title, data), answer);
    await peer.says(`0 ${sent}`);
  }
});

Deno.test("our window receives what Node sends", async () => {
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
