import { assertEquals } from "@std/assert";
import { createSharedMemory, findWindows, sendCopyData } from "../../mod.ts";
import { bytes, uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { startScript } from "../support/peer.ts";

const AGENT_COPYDATA_ID = 0x804e50ba;
const KEYS = [["AAAAC3NzaC1lZDI1NTE5", "me@home"], ["AAAAB3NzaC1yc2E=", ""]];

/** Sends a request as PuTTY's programs do, and gives the answer. */
async function ask(title: string, request: number[]): Promise<Uint8Array> {
  const name = uniqueName("PageantRequest");
  using memory = createSharedMemory(name, { size: 8192, createNew: true });
  memory.write(new Uint8Array([0, 0, 0, request.length, ...request]));
  const target = { title, className: title };
  const options = { tag: AGENT_COPYDATA_ID };
  assertEquals(await sendCopyData(target, bytes(`${name}\0`), options), 1);
  const length = new DataView(memory.read(0, 4).buffer).getUint32(0);
  return memory.read(4, length).slice();
}

Deno.test("examples/pageant_agent.ts answers in place, through a section", async () => {
  const title = uniqueName("Pageant");
  const file = await Deno.makeTempFile();
  const lines = KEYS.map(([key, comment]) => `ssh-x ${key} ${comment}\n`);
  await Deno.writeTextFile(file, lines.join(""));
  const url = new URL("../../examples/pageant_agent.ts", import.meta.url);
  await using _agent = startScript(url, [file, title]);
  // The agent has to start first.
  const nothing = { waitForPeer: true, timeout: 60_000 };
  assertEquals(await sendCopyData(title, bytes(""), nothing), 0);
  const answer = await ask(title, [11]);
  const expected = [12, 0, 0, 0, 2];
  for (const [key, comment] of KEYS) {
    for (const part of [Uint8Array.fromBase64(key!), bytes(comment!)]) {
      expected.push(0, 0, 0, part.byteLength, ...part);
    }
  }
  assertEquals([...answer], expected);
  assertEquals([...await ask(title, [99])], [5]);
  assertEquals(await sendCopyData(title, bytes("x"), { tag: 1 }), 0);
  await Deno.remove(file);
});

Deno.test("examples/message carry texts from A to B", async () => {
  const title = uniqueName();
  const url = (side: string) =>
    new URL(`../../examples/message/${side}.ts`, import.meta.url);
  await using b = startScript(url("b"), [title]);
  // A waits for B's window for 10 s, and B may take longer to start.
  while (findWindows({ title }).length === 0) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await using a = startScript(url("a"), [title]);
  for (const text of ["ünï 中文 😀", "two"]) {
    await a.send(text);
    await b.says(text);
  }
  await a.send("Exit");
  assertEquals((await b.ended()).code, 0);
});
