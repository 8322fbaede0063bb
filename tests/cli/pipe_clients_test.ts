/** Clients that say nothing, read nothing, or leave. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { connectPipe, connectSocket, listenPipe } from "../../mod.ts";
import "../support/native.ts";
import { start, uniqueName, winipc } from "./helpers.ts";

const LINE = `${"x".repeat(1023)}\n`;
const MEBIBYTE = 1048576;

for (const mode of ["byte", "message"] as const) {
  Deno.test(`pipe serve --mode ${mode}: a client that never reads stops nobody`, async () => {
    const name = uniqueName();
    await using server = start(["pipe", "serve", name, "--mode", mode]);
    await server.ready();
    await using silent = await connectPipe(name);
    await server.says("client 1 connected");
    await using reader = await connectPipe(name);
    await server.says("client 2 connected");
    const size = (mode === "byte" ? 24 : 2) * MEBIBYTE;
    const typing = server.type(LINE.repeat(size / LINE.length));
    const lines = size / LINE.length;
    const expected = mode === "byte" ? size : size - lines;
    assertEquals(await received(reader, expected), expected);
    await typing;
    if (mode === "byte") {
      await server.says("client 1 dropped: it does not read");
      await server.says("client 1 left");
    }
    await server.type("news\n");
    const news = new Uint8Array(16);
    const length = await reader.read(news);
    assertStringIncludes(
      new TextDecoder().decode(news.slice(0, length!)),
      "news",
    );
    silent.close();
  });
}

Deno.test("socket serve: a client that never reads stops nobody", async () => {
  await using server = start(["socket", "serve", "0"]);
  const port = Number(/\d+$/.exec(await server.ready())![0]);
  await using _silent = await connectSocket(port);
  await server.says("client 1 connected");
  await using reader = await connectSocket(port);
  await server.says("client 2 connected");
  const size = 32 * MEBIBYTE;
  const typing = server.type(LINE.repeat(size / LINE.length));
  assertEquals(await received(reader, size), size);
  await typing;
  await server.says("client 1 dropped: it does not read");
});

Deno.test("pipe serve with one client reads stdin as fast as that reads", async () => {
  const name = uniqueName();
  await using server = start(["pipe", "serve", name, "--mode", "byte"]);
  await server.ready();
  await using client = await connectPipe(name);
  await server.says("client 1 connected");
  const size = 24 * MEBIBYTE;
  const typing = server.type(LINE.repeat(size / LINE.length));
  // Nothing is dropped, however long it waits: a second client sees to that.
  await using other = await connectPipe(name);
  await server.says("client 2 connected");
  other.close();
  await server.says("client 2 left");
  assertEquals(await received(client, size), size);
  await typing;
});

Deno.test("pipe info does not use up pipe serve --once", async () => {
  const name = uniqueName();
  const serve = ["pipe", "serve", name, "--once", "--echo"];
  await using server = start(serve);
  await server.ready();
  assertEquals((await winipc(["pipe", "info", name])).code, 0);
  await server.says("client 1 left");
  const { code, stdout } = await winipc(["pipe", "connect", name, "hello"]);
  assertEquals([code, stdout], [0, "hello\n"]);
  const ended = await server.ended();
  assertEquals([ended.code, ended.stdout], [0, "hello\n"]);
});

Deno.test("pipe serve --once keeps its lines for a client that takes them", async () => {
  const name = uniqueName();
  await using server = start(["pipe", "serve", name, "--once"]);
  await server.ready();
  {
    await using _silent = await connectPipe(name);
    await server.says("client 1 connected");
  }
  await server.says("client 1 left");
  await server.type("one\ntwo\n");
  await server.endInput();
  const { code, stdout } = await winipc(["pipe", "connect", name]);
  assertEquals([code, stdout], [0, "one\ntwo\n"]);
  assertEquals((await server.ended()).code, 0);
});

Deno.test("pipe --raw keeps every byte of stdin, in byte and message mode", async () => {
  const input = "a\nb\r\nc\n";
  for (const mode of ["byte", "message"]) {
    const name = uniqueName();
    const serve = ["pipe", "serve", name, "--raw", "--once", "--mode", mode];
    await using server = start(serve);
    await server.ready();
    const connect = ["pipe", "connect", name, "--raw", "--timeout", "1000"];
    await using client = start(connect);
    await server.says("client 1 connected");
    await client.type(input);
    await server.prints(input);
    await server.type(input);
    await client.prints(input);
    await client.endInput();
    await server.endInput();
    assertEquals((await client.ended()).stdout, input);
    assertEquals((await server.ended()).stdout, input);
  }
});

Deno.test("pipe connect --raw sends one message for each read of stdin", async () => {
  const name = uniqueName();
  const serve = ["pipe", "serve", name, "--hex", "--once"];
  await using server = start(serve);
  await server.ready();
  await using client = start(["pipe", "connect", name, "--raw"]);
  await client.type("a\nb\n");
  await server.prints("610a620a\n");
  await client.type("c");
  await server.prints("63\n");
  await client.endInput();
  await server.endInput();
  assertEquals((await server.ended()).stdout, "610a620a\n63\n");
});

/** Reads until `size` bytes have come, or the end. */
async function received(
  connection: Pick<Awaited<ReturnType<typeof connectPipe>>, "read">,
  size: number,
): Promise<number> {
  const buffer = new Uint8Array(65536);
  let sum = 0;
  while (sum < size) {
    const length = await connection.read(buffer);
    if (length === null) break;
    sum += length;
  }
  return sum;
}

for (const mode of ["byte", "message"] as const) {
  Deno.test(`pipe connect and relay read from a server that only writes, in ${mode} mode`, async () => {
    for (const command of [["pipe", "connect"], ["relay"]]) {
      await using listener = listenPipe(uniqueName(), {
        mode,
        access: "write",
      });
      const ends = command.length === 1
        ? [`pipe:${listener.name}`, "stdio"]
        : [listener.name];
      await using client = start([...command, ...ends]);
      const server = await listener.accept();
      // A relay keeps messages apart by line ends, which none may contain.
      const news = mode === "byte" ? "news\n" : "news";
      await server.write(new TextEncoder().encode(news));
      await client.prints("news\n");
      await client.type("answer\n");
      const { code, stderr } = await client.ended();
      assertEquals(code, 4);
      assertStringIncludes(stderr, "this end of the pipe only reads");
      server.close();
    }
  });

  Deno.test(`pipe connect and relay write to a server that only reads, in ${mode} mode`, async () => {
    for (const command of [["pipe", "connect"], ["relay"]]) {
      await using listener = listenPipe(uniqueName(), { mode, access: "read" });
      const ends = command.length === 1
        ? ["stdio", `pipe:${listener.name}`]
        : [listener.name];
      await using client = start([...command, ...ends], { input: "hello\n" });
      await using server = await listener.accept();
      const buffer = new Uint8Array(64);
      const length = await server.read(buffer);
      const text = new TextDecoder().decode(buffer.subarray(0, length!));
      assertEquals(text.trimEnd(), "hello");
      assertEquals((await client.ended()).code, 0);
    }
  });
}

Deno.test("pipe connect without input reads all from a server that only writes", async () => {
  await using listener = listenPipe(uniqueName(), { access: "write" });
  await using client = start(["pipe", "connect", listener.name], { input: "" });
  const server = await listener.accept();
  await server.write(new TextEncoder().encode("one\n"));
  await client.prints("one\n");
  await server.write(new TextEncoder().encode("two\n"));
  server.close();
  const { code, stdout } = await client.ended();
  assertEquals([code, stdout], [0, "one\ntwo\n"]);
});
