import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { connectSocket } from "../../mod.ts";
import {
  example,
  jsonLines,
  Program,
  start,
  uniqueName,
  winipc,
} from "./helpers.ts";
import { startScript } from "../support/peer.ts";
import { runHere } from "./run_here.ts";
import { begin, type Running, withShell } from "./shell.ts";

const TEXT = "ünï 中文 😀";
const CRASHING_B = new URL("../socket/peers/crashing_b.ts", import.meta.url);

// Most servers run in the shell's process, and their clients in this one.
withShell();

/** A server in a process of its own, and its port. */
async function serve(...options: string[]): Promise<[Program, string]> {
  const server = start(["socket", "serve", ...options]);
  return [server, portOf(await server.ready())];
}

/** A server in the shell's process, and its port. */
async function served(...options: string[]): Promise<[Running, string]> {
  const server = await begin(["socket", "serve", ...options]);
  return [server, portOf(await server.ready())];
}

function portOf(ready: string): string {
  return /127\.0\.0\.1:(\d+)/.exec(ready)![1]!;
}

Deno.test("socket connect prints what socket serve --echo sends back", async () => {
  const [server, port] = await serve("--echo", "--once");
  await using _server = server;
  const args = ["socket", "connect", port, "one", TEXT];
  const { code, stdout, stderr } = await winipc(args);
  assertEquals([code, stdout, stderr], [0, `one\n${TEXT}\n`, ""]);
  const ended = await server.ended();
  assertEquals([ended.code, ended.stdout], [0, `one\n${TEXT}\n`]);
  assertMatch(ended.stderr, /client 1 connected \(127\.0\.0\.1:\d+\)/);
});

Deno.test("socket connect sends the lines of stdin", async () => {
  const [server, port] = await served("--once");
  await using _server = server;
  const input = "first\nsecond\r\nlast";
  const { code } = await runHere(["socket", "connect", port], { input });
  assertEquals(code, 0);
  assertEquals((await server.ended()).stdout, "first\nsecond\nlast\n");
});

Deno.test("socket serve sends its lines to its clients", async () => {
  const [server, port] = await serve();
  await using _server = server;
  await using one = start(["socket", "connect", port]);
  await using two = start(["socket", "connect", `localhost:${port}`]);
  await one.type("here is one\n");
  await two.type("here is two\n");
  await server.prints("here is one\n");
  await server.prints("here is two\n");
  await server.type("to all\n");
  await one.prints("to all\n");
  await two.prints("to all\n");
});

Deno.test("socket serve --json reports its clients", async () => {
  const [server, port] = await served("--json", "--once");
  await using _server = server;
  await runHere(["socket", "connect", port, "hi"]);
  const [connected, message, left] = jsonLines((await server.ended()).stdout);
  assertMatch(connected.address, /^127\.0\.0\.1:\d+$/);
  assertEquals([connected.event, connected.client], ["connected", 1]);
  assertEquals([message.text, message.bytes, message.client], ["hi", 2, 1]);
  assertEquals([left.event, left.address], ["left", connected.address]);
});

Deno.test("socket connect --count ends after so many answers", async () => {
  const [server, port] = await served("--echo");
  await using _server = server;
  const args = ["socket", "connect", port, "a", "b", "c", "--count", "2"];
  const { code, stdout } = await runHere(args);
  assertEquals([code, stdout], [0, "a\nb\n"]);
});

Deno.test("socket connect ends when the server dies", async () => {
  const url = new URL("../socket/peers/peer.ts", import.meta.url);
  await using server = startScript(url, ["crash", 0, "tcp"]);
  await using client = start(["socket", "connect", await server.line()]);
  await client.type("hello\n");
  const { code, stdout } = await client.ended();
  assertEquals([code, stdout], [0, "hello\n"]);
});

Deno.test("socket connect reports that nobody listens", async () => {
  // Nobody else can listen on a client's port while it is connected.
  const [server, port] = await served("--once");
  await using client = await connectSocket(port);
  const args = ["socket", "connect", String(client.local.port), "x"];
  const { code, stderr } = await runHere(args);
  assertEquals(code, 3, stderr);
  // Who has said nothing is not the one that the server waits for.
  await client.write(new TextEncoder().encode("hello\n"));
  client.close();
  assertEquals((await server.ended()).code, 0);
});

Deno.test("socket serve reports a taken port", async () => {
  const [server, port] = await served();
  await using _server = server;
  const { code, stderr } = await runHere(["socket", "serve", port]);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "the port is taken");
});

Deno.test("socket refuses what is no address", async () => {
  for (
    const args of [["serve", "x"], ["serve", "70000"], ["connect"], [
      "connect",
      "a:b:c",
    ]]
  ) {
    assertEquals((await runHere(["socket", ...args])).code, 2, args.join(" "));
  }
});

const A = {
  demo: (prefix: string) => start(["demo", "socket", "a", "--prefix", prefix]),
  example: () => example("socket/a.ts", ["0"]),
  serve: () => start(["socket", "serve", "--once"]),
};

Deno.test("demo socket a and b talk, b waiting for a", async () => {
  const prefix = uniqueName();
  await using b = start(["demo", "socket", "b", "--prefix", prefix]);
  await using a = A.demo(prefix);
  await a.type(`one\n${TEXT}\n`);
  await a.endInput();
  const { code, stdout } = await b.ended();
  assertEquals([code, stdout], [0, `one\n${TEXT}\n`]);
  assertEquals((await a.ended()).code, 0);
});

for (const [name, startA] of Object.entries(A)) {
  Deno.test(`the example b prints what ${name} a sends`, async () => {
    await using a = startA(uniqueName());
    const [, port] = /:(\d+)/.exec(await a.ready())!;
    // The server of "socket serve" leaves only when its client does.
    const leaves = name === "serve";
    await using b = leaves
      ? new Program(CRASHING_B, [port!], {})
      : example("socket/b.ts", [port!]);
    await a.type(`one\n${TEXT}\n`);
    await b.prints(`one\n${TEXT}\n`);
    await a.endInput();
    if (leaves) await b.type("crash\n");
    else assertEquals((await b.ended()).code, 0);
    assertEquals((await a.ended()).code, 0);
  });
}
