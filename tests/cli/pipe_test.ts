import {
  assertEquals,
  assertMatch,
  assertObjectMatch,
  assertStringIncludes,
} from "@std/assert";
import { connectPipe, listenPipe } from "../../mod.ts";
import { jsonLines, start, uniqueName, winipc } from "./helpers.ts";
import { runHere } from "./run_here.ts";
import { begin, withShell } from "./shell.ts";

const TEXT = "ünï 中文 😀";

// Servers run in the shell's process, and their clients in this one.
withShell();

Deno.test("pipe connect ends by itself against an echo server", async () => {
  const name = uniqueName();
  await using server = start(["pipe", "serve", name, "--echo", "--once"]);
  assertEquals(await server.ready(), `\\\\.\\pipe\\${name}`);
  const args = ["pipe", "connect", name, "hello", "", TEXT];
  const { code, stdout, stderr } = await winipc(args);
  const text = `hello\n\n${TEXT}\n`;
  assertEquals([code, stdout, stderr], [0, text, ""]);
  const served = await server.ended();
  assertEquals([served.code, served.stdout], [0, text]);
});

Deno.test("pipe connect ends against a server that has nothing to say", async () => {
  const name = uniqueName();
  await using server = await begin(["pipe", "serve", name, "--once"], "");
  await server.ready();
  const { code, stdout } = await runHere(["pipe", "connect", name, "hello"]);
  assertEquals([code, stdout], [0, ""]);
  assertEquals((await server.ended()).stdout, "hello\n");
});

Deno.test("pipe serve --mode byte echoes lines, --count ends both", async () => {
  const name = uniqueName();
  const mode = ["--mode", "byte"];
  await using server = await begin(
    ["pipe", "serve", name, "--echo", "--count", "2", ...mode],
  );
  await server.ready();
  const args = ["pipe", "connect", name, "one", TEXT, "--count", "2"];
  const { code, stdout } = await runHere(args);
  assertEquals([code, stdout], [0, `one\n${TEXT}\n`]);
  assertEquals((await server.ended()).stdout, `one\n${TEXT}\n`);
});

Deno.test("pipe connect --mode byte talks to a message server", async () => {
  const name = uniqueName();
  await using server = await begin(["pipe", "serve", name, "--echo", "--once"]);
  await server.ready();
  const args = ["pipe", "connect", name, "--mode", "byte", "--count", "1"];
  const { code, stdout } = await runHere([...args, "hello"]);
  assertEquals([code, stdout], [0, "hello\n"]);
});

Deno.test("pipe connect --mode byte sends lines to a message server that reads them", async () => {
  const name = uniqueName();
  // As mpv does, and .NET with PipeTransmissionMode.Message and StreamReader.
  await using listener = listenPipe(name, { mode: "message" });
  const args = ["pipe", "connect", name, "--mode", "byte", "--count", "1"];
  const client = runHere([...args, "hello"]);
  await using server = await listener.accept();
  const line = await server.readMessage();
  assertEquals(new TextDecoder().decode(line!), "hello\n");
  await server.write(line!);
  const { code, stdout } = await client;
  assertEquals([code, stdout], [0, "hello\n"]);
});

Deno.test("pipe serve prints what is left of a last line", async () => {
  const name = uniqueName();
  const serve = ["pipe", "serve", name, "--mode", "byte", "--once"];
  await using server = start(serve);
  await server.ready();
  {
    await using client = await connectPipe(name);
    await client.write(
      new TextEncoder().encode("a\r\nb\nrest 中").slice(0, -1),
    );
    await server.prints("a\nb\n");
  }
  assertEquals((await server.ended()).stdout, "a\nb\nrest \ufffd\n");
});

Deno.test("pipe serve sends the lines of stdin to every client", async () => {
  const name = uniqueName();
  await using server = start(["pipe", "serve", name]);
  await server.ready();
  await using one = start(["pipe", "connect", name]);
  await using other = start(["pipe", "connect", name]);
  await server.says("client 2 connected");
  await server.type("news\n");
  await one.prints("news\n");
  await other.prints("news\n");
  await one.type("from one\n");
  await server.prints("from one\n");
  server.kill();
  assertEquals((await one.ended()).code, 0);
  assertEquals((await other.ended()).code, 0);
});

Deno.test("pipe serve keeps lines until the first client comes", async () => {
  const name = uniqueName();
  const input = "one\ntwo\n";
  await using server = await begin(["pipe", "serve", name, "--once"], input);
  await server.ready();
  const { stdout } = await runHere(["pipe", "connect", name]);
  assertEquals(stdout, input);
  assertEquals((await server.ended()).code, 0);
});

Deno.test("pipe serve --json reports who came, spoke and left", async () => {
  const name = uniqueName();
  const serve = ["pipe", "serve", name, "--echo", "--once", "--json"];
  await using server = await begin(serve);
  await server.ready();
  await using client = start(["pipe", "connect", name, "hi", "--json"]);
  const [message] = jsonLines((await client.ended()).stdout);
  assertObjectMatch(message, { event: "message", text: "hi", bytes: 2 });
  const events = jsonLines((await server.ended()).stdout);
  assertEquals(
    events.map(({ event, client }) => [event, client]),
    [["connected", 1], ["message", 1], ["left", 1]],
  );
  assertEquals(new Set(events.map(({ pid }) => typeof pid)).size, 1);
  assertObjectMatch(events[1], { text: "hi", bytes: 2 });
});

Deno.test("pipe serve --max lets one client wait for another", async () => {
  const name = uniqueName();
  await using server = start(["pipe", "serve", name, "--echo", "--max", "1"]);
  await server.ready();
  await using first = start(["pipe", "connect", name]);
  await server.says("client 1 connected");
  const busy = ["pipe", "connect", name, "x", "--timeout", "50"];
  assertEquals((await runHere(busy)).code, 5);
  await first.endInput();
  assertEquals((await first.ended()).code, 0);
  assertEquals((await runHere(["pipe", "connect", name, "x"])).stdout, "x\n");
});

Deno.test("pipe serve goes on when a client dies", async () => {
  const name = uniqueName();
  await using server = start(["pipe", "serve", name, "--echo"]);
  await server.ready();
  await using dead = start(["pipe", "connect", name]);
  await dead.type("last words\n");
  await dead.prints("last words\n");
  dead.kill();
  await server.says("client 1 left");
  assertEquals((await runHere(["pipe", "connect", name, "x"])).stdout, "x\n");
});

Deno.test("pipe connect reports that its server left with something unread", async () => {
  const name = uniqueName();
  await using listener = listenPipe(name, { outputBuffer: 1, inputBuffer: 1 });
  // More than the pipe holds, to a server that does not read.
  await using client = start(["pipe", "connect", name, "x".repeat(20_000)]);
  const connection = await listener.accept();
  await connection.read(new Uint8Array(1));
  connection.close();
  const { code, stderr } = await client.ended();
  assertEquals(code, 1);
  assertMatch(stderr, /^winipc: Cannot write .*the other side has closed.*\n$/);
});

Deno.test("pipe --raw passes bytes unchanged, both ways", async () => {
  const name = uniqueName();
  const bytes = Uint8Array.from({ length: 70_000 }, (_, at) => at * 7);
  const serve = ["pipe", "serve", name, "--mode", "byte", "--raw", "--echo"];
  await using server = await begin(serve);
  await server.ready();
  const connect = ["pipe", "connect", name, "--raw"];
  await using client = start(connect, { input: bytes });
  await client.printsBytes(bytes.length);
  await server.interrupt();
  const { code, bytes: echoed } = await client.ended();
  assertEquals(code, 0);
  assertEquals(echoed, bytes);
});

Deno.test("pipe --hex gives and prints hex", async () => {
  const name = uniqueName();
  await using server = await begin(["pipe", "serve", name, "--echo", "--hex"]);
  await server.ready();
  const sent = await runHere(["pipe", "connect", name, "--hex", "00ff", "0a"]);
  assertEquals(sent.stdout, "00ff\n0a\n");
  const called = await runHere(["pipe", "call", name, "--hex", "80 81"]);
  assertEquals(called.stdout, "8081\n");
  const wrong = await runHere(["pipe", "call", name, "--hex", "hello"]);
  assertEquals(wrong.code, 2);
  assertStringIncludes(wrong.stderr, 'Invalid hex "hello"');
});

Deno.test("pipe serve ends text at the NUL of C programs, and reports bytes that are no text", async () => {
  const name = uniqueName();
  await using server = await begin(["pipe", "serve", name, "--echo", "--once"]);
  await server.ready();
  const args = ["pipe", "connect", name, "--hex", "686900", "ff"];
  assertEquals((await runHere(args)).stdout, "686900\nff\n");
  const { code, stdout, stderr } = await server.ended();
  assertEquals([code, stdout], [0, "hi\n\ufffd\n"]);
  assertEquals(stderr.split("Some bytes are not utf-8").length, 2);
});

Deno.test("pipe --encoding says what is on the wire", async () => {
  const name = uniqueName();
  await using server = start(["pipe", "serve", name, "--echo", "--hex"]);
  await server.ready();
  const gbk = ["pipe", "call", name, "中文", "--encoding", "gbk"];
  assertEquals((await runHere(gbk)).stdout, "中文\n");
  await server.prints("d6d0cec4\n");
});

Deno.test("pipe --encoding utf-16le has lines in byte mode", async () => {
  const name = uniqueName();
  const options = ["--mode", "byte", "--encoding", "utf-16le"];
  await using server = await begin([
    "pipe",
    "serve",
    name,
    "--echo",
    ...options,
  ]);
  await server.ready();
  const args = ["pipe", "connect", name, "中\u0a0a", "b", "--count", "2"];
  assertEquals((await runHere([...args, ...options])).stdout, "中\u0a0a\nb\n");
});

Deno.test("pipe call prints the answer", async () => {
  const name = uniqueName();
  await using server = await begin(["pipe", "serve", name, "--echo"]);
  await server.ready();
  const { code, stdout, stderr } = await runHere(["pipe", "call", name, "6*7"]);
  assertEquals([code, stdout, stderr], [0, "6*7\n", ""]);
});

Deno.test("pipe call ends after --timeout", async () => {
  const name = uniqueName();
  await using server = await begin(["pipe", "serve", name]);
  await server.ready();
  const args = ["pipe", "call", name, "anybody?", "--timeout", "100"];
  const { code, stderr } = await runHere(args);
  assertEquals(code, 5);
  assertMatch(stderr, /^winipc: .+\n$/);
});

Deno.test("pipe connect --timeout is an error only where nothing came", async () => {
  const name = uniqueName();
  const mode = ["--mode", "byte"];
  await using echo = await begin(["pipe", "serve", name, "--echo", ...mode]);
  await echo.ready();
  const connect = ["pipe", "connect", name, "x", "--timeout", "3000"];
  const { code, stdout } = await runHere(connect);
  assertEquals([code, stdout], [0, "x\n"]);
  assertEquals((await runHere([...connect, "--count", "2"])).code, 5);

  const silent = uniqueName();
  await using server = await begin(["pipe", "serve", silent, ...mode]);
  await server.ready();
  const args = ["pipe", "connect", silent, "x", "--timeout", "100"];
  assertEquals((await runHere(args)).code, 5);
});

Deno.test("pipe serve ends after --timeout", async () => {
  const args = ["pipe", "serve", uniqueName(), "--timeout", "50"];
  assertEquals((await runHere(args)).code, 5);
});

Deno.test("pipe connect, call and info report that nobody listens", async () => {
  const name = uniqueName();
  for (
    const args of [["connect", name], ["call", name, "x"], ["info", name]]
  ) {
    // Without the warning of "pipe info" where the system cannot list pipes.
    const { code, stdout, stderr } = await runHere([
      "pipe",
      ...args,
      "--quiet",
    ]);
    assertEquals([code, stdout], [3, ""]);
    assertMatch(stderr, /^winipc: Cannot .*nobody listens there.*\n$/);
  }
});

Deno.test("pipe serve refuses a taken name", async () => {
  const name = uniqueName();
  await using server = await begin(["pipe", "serve", name]);
  await server.ready();
  const { code, stderr } = await runHere(["pipe", "serve", name]);
  assertEquals(code, 1);
  assertMatch(stderr, /^winipc: Cannot listen .*the name is taken.*\n$/);
});

Deno.test("pipe serve takes a wrong SDDL as wrong usage", async () => {
  const args = ["pipe", "serve", uniqueName(), "--sddl", "nonsense"];
  const { code, stderr } = await runHere(args);
  assertEquals(code, 2);
  assertStringIncludes(stderr, "Invalid SDDL");
});
