/** What npm's packages for Node say on our pipes, and we on theirs: both ways, until one leaves. */

import { assert, assertEquals } from "@std/assert";
import {
  connectPipe,
  FramedConnection,
  listenPipe,
  type PipeConnection,
  readExactly,
} from "../../mod.ts";
import { bytes, uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { startNode, testWith } from "../support/partners.ts";
import type { Peer } from "../support/peer.ts";
import { JsonRpc } from "./json_rpc.ts";

const TEXT = "ünï 中文";
const packageTest = testWith("node", "packages");

/** A connection with a partner that is a script with a package. */
interface Talk extends AsyncDisposable {
  readonly peer: Peer;
  readonly connection: PipeConnection;
}

/** Lets a script connect to our pipe. */
async function called(script: string, role: string): Promise<Talk> {
  const name = uniqueName();
  await using stack = new AsyncDisposableStack();
  const listener = stack.use(listenPipe(name));
  const peer = stack.use(node(script, role, nameFor(script, name)));
  const connection = stack.use(await listener.accept());
  const all = stack.move();
  return { peer, connection, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

/** Connects to the pipe of a script. */
async function calling(script: string, role: string): Promise<Talk> {
  const name = uniqueName();
  await using stack = new AsyncDisposableStack();
  const peer = stack.use(node(script, role, nameFor(script, name)));
  await peer.says("ready");
  const connection = stack.use(await connectPipe(name));
  const all = stack.move();
  return { peer, connection, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

function node(script: string, ...args: string[]): Peer {
  const url = new URL(`./node/${script}.ts`, import.meta.url);
  return startNode(url, args, ["--experimental-strip-types"]);
}

/** node-ipc makes a path of the name itself. */
function nameFor(script: string, name: string): string {
  return script === "node_ipc" ? name : `\\\\.\\pipe\\${name}`;
}

/** Whether the partner has left, with nothing left to read. */
async function ended(connection: PipeConnection): Promise<boolean> {
  return await connection.read(new Uint8Array(1)) === null;
}

/** The next message of node-ipc: JSON up to a form feed. */
async function nodeIpcMessage(connection: PipeConnection): Promise<unknown> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(65_536);
  for (let json = "";;) {
    if (json.endsWith("\f")) return JSON.parse(json.slice(0, -1));
    const length = await connection.read(buffer);
    if (length === null) throw new Error(`The end came after ${json.length}`);
    json += decoder.decode(buffer.subarray(0, length), { stream: true });
  }
}

/** A conversation of JSON-RPC, in which both ask. */
async function talkJsonRpc({ connection, peer }: Talk): Promise<void> {
  const rpc = new JsonRpc(connection);
  const { id, method, params } = (await rpc.receive())!;
  assertEquals([method, params], ["greet", [TEXT]]);
  await rpc.send({ id: id!, result: "wêll 收到" });
  await peer.says("wêll 收到");
  const long = "ü".repeat(200_000);
  assertEquals(await rpc.request("upper", [long]), long.toUpperCase());
  await rpc.send({ method: "note", params: [TEXT] });
  await peer.says(`note ${TEXT}`);
}

for (
  const [role, start] of [["connect", called], ["listen", calling]] as const
) {
  packageTest(
    `vscode-jsonrpc (${role}) asks us and answers, and hears our end`,
    async () => {
      await using talk = await start("jsonrpc", role);
      await talkJsonRpc(talk);
      talk.connection.close();
      await talk.peer.says("closed");
    },
  );

  packageTest(`vscode-jsonrpc (${role}) leaves, which we hear`, async () => {
    await using talk = await start("jsonrpc", role);
    await talkJsonRpc(talk);
    await talk.peer.kill();
    assertEquals(await ended(talk.connection), true);
  });
}

packageTest("node-ipc's client talks to us, and hears our end", async () => {
  await using talk = await called("node_ipc", "connect");
  const hello = await nodeIpcMessage(talk.connection);
  assertEquals(hello, { type: "hello", data: { text: TEXT } });
  const answer = { type: "answer", data: { text: TEXT, n: 1 } };
  await talk.connection.write(bytes(`${JSON.stringify(answer)}\f`));
  await talk.peer.says(JSON.stringify(answer.data));
  talk.connection.close();
  await talk.peer.says("disconnected");
});

packageTest("node-ipc's server talks to us, and its end is heard", async () => {
  await using talk = await calling("node_ipc", "serve");
  const data = { text: TEXT, long: "ü".repeat(100_000) };
  const hello = `${JSON.stringify({ type: "hello", data })}\f`;
  // In two pieces, as messages do come.
  await talk.connection.write(bytes(hello.slice(0, 1000)));
  await talk.connection.write(bytes(hello.slice(1000)));
  const answer = await nodeIpcMessage(talk.connection);
  assertEquals(answer, { type: "answer", data });
  await talk.peer.kill();
  assertEquals(await ended(talk.connection), true);
});

/** A frame of Discord's: kind, length, JSON. */
function discordFrame(kind: number, value: unknown): Uint8Array<ArrayBuffer> {
  const json = bytes(JSON.stringify(value));
  const header = new Uint32Array([kind, json.byteLength]);
  return Uint8Array.of(...new Uint8Array(header.buffer), ...json);
}

packageTest(
  "discord-rpc sets the activity of our user, and hears our end",
  async () => {
    const prefix = uniqueName();
    await using listener = listenPipe(`${prefix}-0`);
    await using peer = node("discord_rpc", prefix);
    await using connection = await listener.accept();
    const receive = async () => {
      const header = new DataView((await readExactly(connection, 8)).buffer);
      const json = await readExactly(connection, header.getUint32(4, true));
      const value = JSON.parse(new TextDecoder().decode(json));
      return { kind: header.getUint32(0, true), value };
    };
    const [HANDSHAKE, FRAME] = [0, 1];
    const { kind, value } = await receive();
    assertEquals(kind, HANDSHAKE);
    assertEquals(value, { v: 1, client_id: "207646673902501888" });
    await connection.write(discordFrame(FRAME, {
      cmd: "DISPATCH",
      evt: "READY",
      data: { user: { username: TEXT } },
    }));
    await peer.says(TEXT);
    for (const expected of ["Testing ünï", "refuse"]) {
      const { value: { cmd, args, nonce } } = await receive();
      assertEquals([cmd, args.activity.details], ["SET_ACTIVITY", expected]);
      const refused = expected === "refuse";
      const data = refused ? { message: "not now" } : args.activity;
      const evt = refused ? "ERROR" : null;
      await connection.write(discordFrame(FRAME, { cmd, evt, data, nonce }));
      await peer.says(refused ? "not now" : expected);
    }
    connection.close();
    await peer.says("disconnected");
  },
);

const [IDENTITIES, IDENTITIES_ANSWER, SIGN, SIGN_RESPONSE] = [11, 12, 13, 14];

/** Bytes behind their length, as SSH has them. */
function ssh(...parts: (string | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(parts.flatMap((part) => {
    const data = typeof part === "string" ? bytes(part) : part;
    return [...uint32(data.byteLength), ...data];
  }));
}

function uint32(value: number): number[] {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, value);
  return [...new Uint8Array(view.buffer)];
}

/** The strings in `data`, from `at` on. */
function sshStrings(data: Uint8Array, at: number): Uint8Array<ArrayBuffer>[] {
  const strings: Uint8Array<ArrayBuffer>[] = [];
  const view = new DataView(data.buffer, data.byteOffset);
  while (at + 4 <= data.byteLength) {
    const length = view.getUint32(at);
    strings.push(data.slice(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return strings;
}

/** The next message of an agent or its client: its kind and what follows. */
async function sshMessage(
  frames: FramedConnection,
): Promise<[number, Uint8Array]> {
  const message = (await frames.readMessage())!;
  return [message[0]!, message.subarray(1)];
}

packageTest("ssh2 has our agent sign, over pipes of their own", async () => {
  const path = uniqueName();
  await using listener = listenPipe(path);
  await using peer = node("ssh_agent", "ask", `\\\\.\\pipe\\${path}`);
  const pair = await crypto.subtle.generateKey("Ed25519", true, [
    "sign",
    "verify",
  ]) as CryptoKeyPair;
  const raw = await crypto.subtle.exportKey("raw", pair.publicKey);
  const key = ssh("ssh-ed25519", new Uint8Array(raw));
  for (const kind of [IDENTITIES, SIGN]) {
    // ssh2 connects anew for each question.
    await using connection = await listener.accept();
    const frames = new FramedConnection(connection, "u32be");
    const [asked, rest] = await sshMessage(frames);
    assertEquals(asked, kind);
    if (kind === IDENTITIES) {
      const list = [...uint32(1), ...ssh(key, "me@home")];
      await connection.write(ssh(Uint8Array.of(IDENTITIES_ANSWER, ...list)));
      await peer.says("ssh-ed25519 me@home");
    } else {
      const [which, data] = sshStrings(rest, 0);
      assertEquals(which, key);
      const signed = await crypto.subtle.sign(
        "Ed25519",
        pair.privateKey,
        data!,
      );
      const signature = ssh("ssh-ed25519", new Uint8Array(signed));
      const answer = [SIGN_RESPONSE, ...ssh(signature)];
      await connection.write(ssh(Uint8Array.from(answer)));
      await peer.says("true");
    }
    assertEquals(await frames.readMessage(), null);
  }
});

packageTest("we have ssh2's agent sign, and it hears our end", async () => {
  await using talk = await calling("ssh_agent", "serve");
  const { connection, peer } = talk;
  const frames = new FramedConnection(connection, "u32be");
  await connection.write(ssh(Uint8Array.of(IDENTITIES)));
  const [kind, list] = await sshMessage(frames);
  assertEquals(kind, IDENTITIES_ANSWER);
  const [key, comment] = sshStrings(list, 4);
  assertEquals(new TextDecoder().decode(comment), "from Node");
  const data = bytes("sign this, 中文");
  const question = [SIGN, ...ssh(key!, data), ...uint32(0)];
  await connection.write(ssh(Uint8Array.from(question)));
  const [answered, rest] = await sshMessage(frames);
  assertEquals(answered, SIGN_RESPONSE);
  const [type, signature] = sshStrings(sshStrings(rest, 0)[0]!, 0);
  assertEquals(new TextDecoder().decode(type), "ssh-ed25519");
  const raw = sshStrings(key!, 0)[1]!;
  const verifier = await crypto.subtle.importKey("raw", raw, "Ed25519", false, [
    "verify",
  ]);
  assert(await crypto.subtle.verify("Ed25519", verifier, signature!, data));
  connection.close();
  await peer.says("closed");
});
