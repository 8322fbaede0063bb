/** The recipes, against the programs that they are for, or Node in their place. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { pathToFileURL } from "node:url";
import { listenPipe, readExactly } from "../../../mod.ts";
import { bytes, text, uniqueName } from "../../support/names.ts";
import "../../support/native.ts";
import { pathOfPartner, startNode, testWith } from "../../support/partners.ts";
import { type Peer, startScript } from "../../support/peer.ts";
import { SYSTEM32 } from "../../support/system32.ts";

const KERNEL32 = `--allow-ffi=${SYSTEM32}\\kernel32.dll`;

/** A recipe, with the flags that its first lines name. */
function recipe(file: string, args: string[], flags = ["-A"]): Peer {
  const url = new URL(`../../../examples/recipes/${file}.ts`, import.meta.url);
  return startScript(url, args, flags);
}

const nodeTest = testWith("node");

function node(script: string, ...args: string[]): Peer {
  const file = new URL(`./node/${script}.ts`, import.meta.url);
  return startNode(file, args, ["--experimental-strip-types"]);
}

function pathOf(name: string): string {
  return `\\\\.\\pipe\\${name}`;
}

/** What a recipe prints, where it ends well. */
async function printed(peer: Peer): Promise<string[]> {
  const { code, stdout, stderr } = await peer.ended();
  assertEquals([code, stderr], [0, ""]);
  return stdout.split("\n");
}

nodeTest("node_net.ts talks to a server of Node", async () => {
  const name = uniqueName();
  await using server = node("net_server", pathOf(name));
  await server.says("ready");
  await using client = recipe("node_net", [name, "one", "zwölf"], [KERNEL32]);
  assertEquals(await printed(client), ["ONE", "ZWÖLF"]);
});

nodeTest("http_server.ts serves Node's HTTP client on a pipe", async () => {
  const name = uniqueName();
  await using _server = recipe("http_server", [name], [KERNEL32]);
  const client = async () => {
    await using peer = node("http_client", pathOf(name));
    return await peer.ended();
  };
  let ended = await client();
  // Until the server has begun, Node does not find the pipe.
  while (ended.stderr.includes("ENOENT")) ended = await client();
  assertEquals(ended.stderr, "");
  assertEquals(ended.stdout.split("\n"), [
    '200 {"pathname":"/hello","body":""}',
    '200 {"pathname":"/a","body":"中文"}',
  ]);
});

nodeTest(
  "docker.ts asks an HTTP server on a pipe, over one connection",
  async () => {
    const name = uniqueName();
    await using engine = node("engine", pathOf(name));
    await engine.says("ready");
    await using client = recipe("docker", [name], [KERNEL32]);
    assertEquals(await printed(client), [
      "28.0.1",
      "/web running",
      "/db /web/db exited",
    ]);
    await engine.says("connection 1");
    await engine.kill();
    assertEquals((await engine.ended()).stdout, "");
  },
);

testWith("node", "arrpc")(
  "discord.ts sets an activity of arRPC's user",
  async () => {
    const arrpc = pathToFileURL(pathOfPartner("arrpc")!);
    // Its bridge to a browser has a port that another run may have: any will do.
    Deno.env.set("ARRPC_BRIDGE_PORT", "0");
    await using server = startNode(arrpc, ["--no-process-scanning"]);
    let line = await server.line();
    while (!line.includes("listening at")) line = await server.line();
    const [pipe] = /discord-ipc-\d/.exec(line)!;
    const args = ["207646673902501888", "Testing ünï", pipe];
    await using client = recipe("discord", args, [KERNEL32]);
    await client.says("arrpc");
    await client.says("Testing ünï");
  },
);

Deno.test("discord.ts keeps its connection, and answers a PING", async () => {
  const name = uniqueName();
  await using listener = listenPipe(name);
  await using client = recipe("discord", ["1", "Testing", name], [KERNEL32]);
  await using discord = await listener.accept();
  const receive = async () => {
    const header = new DataView((await readExactly(discord, 8)).buffer);
    const json = await readExactly(discord, header.getUint32(4, true));
    return { kind: header.getUint32(0, true), value: JSON.parse(text(json)) };
  };
  const send = async (kind: number, value: unknown) => {
    const json = bytes(JSON.stringify(value));
    const header = new Uint32Array([kind, json.byteLength]);
    await discord.write(new Uint8Array(header.buffer));
    await discord.write(json);
  };
  const [FRAME, PING, PONG] = [1, 3, 4];
  await receive();
  await send(FRAME, { data: { user: { username: "me" } } });
  const { value: { args } } = await receive();
  await send(FRAME, { data: args.activity });
  await client.says("me");
  await client.says("Testing");
  await send(PING, 7);
  assertEquals(await receive(), { kind: PONG, value: 7 });
});

nodeTest("mpv.ts speaks the IPC of mpv's manual", async () => {
  const name = uniqueName();
  await using player = node("mpv", pathOf(name));
  await player.says("ready");
  await using client = recipe("mpv", [name, "35"], [KERNEL32]);
  assertEquals(await printed(client), ["event idle", "mpv 0.40.0", "35"]);
});

nodeTest("autohotkey.ts sends to the window of a script", async () => {
  const script = `C:\\${uniqueName()}.ahk`;
  await using target = node("script", script);
  await target.says("ready");
  await using sender = recipe("autohotkey", ["send", script, "ünï 😀"]);
  assertEquals(await printed(sender), ["taken"]);
  await target.says(JSON.stringify("ünï 😀\0"));
});

nodeTest("autohotkey.ts takes what a script sends", async () => {
  const title = uniqueName();
  await using listener = recipe("autohotkey", ["listen", title]);
  const send = async () => {
    await using sender = node("script", "sender", title, "ünï 😀", "two");
    return await sender.ended();
  };
  let ended = await send();
  while (ended.stdout === "null\nnull") ended = await send();
  assertEquals([ended.stdout, ended.stderr], ["1\n1", ""]);
  await listener.says("ünï 😀");
  await listener.says("two");
});

nodeTest(
  "excel.ts reads, writes and watches the cells of a server in ANSI",
  async () => {
    const service = uniqueName("Excel");
    const topic = "[Book1]Sheet1";
    await using sheet = node("sheet", service, topic);
    await sheet.says("ready");
    await using client = recipe("excel", [topic, service, "3"]);
    const { code, stdout, stderr } = await client.ended();
    assertEquals([code, stderr.trim()], [0, "ready: R1C1"]);
    assertEquals(stdout.split(/\s+/).filter(Boolean), ["1", "2", "3", "4"]);
    await sheet.says("R2C1 from Deno");
  },
);

Deno.test("python.ts shows its key, and asks for it", async () => {
  const talk = async (theirs: string) => {
    const name = uniqueName();
    await using server = recipe("python", ["serve", name, "key"], [KERNEL32]);
    await using client = recipe(
      "python",
      ["connect", name, theirs, "hello"],
      [KERNEL32],
    );
    return await Promise.all([server.ended(), client.ended()]);
  };
  const [server, client] = await talk("key");
  assertEquals([server.stdout, client.stdout], ["hello", "HELLO"]);
  const [, refused] = await talk("another");
  assert(refused.code !== 0);
  assertStringIncludes(refused.stderr, "Python has refused our key");
});
