/** Lines of any length, and many of them: in time that grows with their bytes. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { LineSplitter } from "../../lib/cli/text/lines.ts";
import { connectPipe, listenPipe, type PipeConnection } from "../../mod.ts";
import { linesOf } from "../support/lines.ts";
import "../support/native.ts";
import { jsonLines, start, uniqueName } from "./helpers.ts";
import { runHere } from "./run_here.ts";

const SIZE = 64 * 1048576;
const CHUNK = 65536;
/** Prints what the two tests of `anon run` expect. */
const CHILD = `const [line, times] = Deno.args;
const bytes = new TextEncoder().encode(line.repeat(${CHUNK} / line.length));
for (let i = 0; i < times; i++) {
  for (let at = 0; at < bytes.length;) {
    at += Deno.stdout.writeSync(bytes.subarray(at));
  }
}`;
/** How many bytes of short lines are sent. */
const SHORT_SIZE = 8 * 1048576;
const SHORT = `${"x".repeat(127)}\n`;

let searched = 0;

/** Counts the bytes that are searched. */
class Counted extends Uint8Array<ArrayBuffer> {
  override indexOf(byte: number, from = 0): number {
    const found = super.indexOf(byte, from);
    searched += (found < 0 ? this.byteLength : found + 1) - from;
    return found;
  }
}

Deno.test("LineSplitter searches each byte once, however long a line is", () => {
  for (const end of ["byte", "utf-16le"] as const) {
    const splitter = new LineSplitter(end);
    const chunk = new Counted(new ArrayBuffer(CHUNK)).fill(97);
    searched = 0;
    for (let sent = 0; sent < SIZE; sent += CHUNK) {
      assertEquals(splitter.push(chunk), []);
    }
    assertEquals([searched, splitter.end()[0]!.byteLength], [SIZE, SIZE]);
  }
});

Deno.test("LineSplitter refuses a line that is longer than its limit", () => {
  const splitter = new LineSplitter("byte", 8);
  assertEquals(splitter.push(new Uint8Array(8)), []);
  const expectedMessage = "Cannot read a line of more than 8 bytes";
  assertThrows(
    () => splitter.push(new Uint8Array(1)),
    Deno.errors.InvalidData,
    expectedMessage,
  );
  assertThrows(
    () => new LineSplitter("byte", 8).push(new Uint8Array(9)),
    Deno.errors.InvalidData,
    expectedMessage,
  );
});

Deno.test("the lines of a test's peer may be long", async () => {
  const chunks = ["a".repeat(CHUNK), "b\r", "\nc\n", "d"].map((text) =>
    new TextEncoder().encode(text)
  );
  const lines = await Array.fromAsync(linesOf(ReadableStream.from(chunks)));
  assertEquals(lines, [`${"a".repeat(CHUNK)}b`, "c", "d"]);
});

Deno.test("pipe serve takes 64 MiB without a line end, and many short lines", async () => {
  for (const line of ["y", SHORT]) {
    const name = uniqueName();
    const serve = ["pipe", "serve", name, "--mode", "byte", "--once"];
    await using server = start(serve);
    await server.ready();
    {
      await using client = await connectPipe(name);
      await send(client, line);
    }
    const { code, bytes, stderr } = await server.ended();
    assertEquals(code, 0, stderr);
    assertRepeated(bytes, line);
  }
});

Deno.test("pipe connect sends and prints 64 MiB of one line, and short ones", async () => {
  for (const line of ["y", SHORT]) {
    await using listener = listenPipe(uniqueName());
    const size = sizeOf(line);
    const input = new TextEncoder().encode(line.repeat(size / line.length));
    await using client = start(["pipe", "connect", listener.name], { input });
    await using server = await listener.accept();
    let received = 0;
    const buffer = new Uint8Array(1048576);
    // The end of a line without one is added.
    const expected = size + (line === "y" ? 1 : 0);
    while (received < expected) {
      received += await server.read(buffer) ?? expected;
    }
    assertEquals(received, expected);
    await send(server, line);
    server.close();
    const { code, bytes, stderr } = await client.ended();
    assertEquals(code, 0, stderr);
    assertRepeated(bytes, line);
  }
});

Deno.test("anon run --json reports 64 MiB of one line, and of short ones", async () => {
  for (const line of ["y", SHORT]) {
    const times = sizeOf(line) / CHUNK;
    const script = ["eval", CHILD, line, `${times}`];
    let [messages, size, ends] = [0, 0, 0];
    const { code } = await runHere(
      ["anon", "run", "--json", Deno.execPath(), ...script],
      {
        onOut(text) {
          for (const event of jsonLines(text)) {
            if (event.event === "exited") ends++;
            if (event.event !== "message") continue;
            messages++;
            size += event.bytes;
            assertEquals(event.text.length, event.bytes);
          }
        },
      },
    );
    const lines = line === "y" ? 1 : SHORT_SIZE / SHORT.length;
    assertEquals([code, ends, messages], [0, 1, lines]);
    assertEquals(size, line === "y" ? SIZE : SHORT_SIZE - lines);
  }
});

Deno.test("pipe serve drops a client whose line has no end, and serves on", async () => {
  const name = uniqueName();
  await using server = start(["pipe", "serve", name, "--mode", "byte"]);
  await server.ready();
  await using endless = await connectPipe(name);
  const sending = send(endless, "y").then(() => send(endless, "y"))
    .catch((error) => error);
  await server.says(
    `client 1 dropped: Cannot read a line of more than ${SIZE} bytes`,
  );
  assert(await sending instanceof Deno.errors.BrokenPipe);
  await using other = await connectPipe(name);
  await other.write(new TextEncoder().encode("hello\n"));
  await server.prints("hello\n");
});

/** How many bytes of `line` are sent: one line of all, or many short ones. */
function sizeOf(line: string): number {
  return line === SHORT ? SHORT_SIZE : SIZE;
}

/** Writes {@linkcode sizeOf} bytes of `line`, again and again. */
async function send(connection: PipeConnection, line: string): Promise<void> {
  const chunk = new TextEncoder().encode(line.repeat(1048576 / line.length));
  for (let sent = 0; sent < sizeOf(line); sent += chunk.byteLength) {
    await connection.write(chunk);
  }
}

/** Asserts that `bytes` are {@linkcode sizeOf} bytes of `line`, whole lines only. */
function assertRepeated(bytes: Uint8Array, line: string): void {
  const size = sizeOf(line);
  assertEquals(bytes.byteLength, size + (line === SHORT ? 0 : 1));
  for (let at = 0; at < size; at++) {
    if (bytes[at] !== line.charCodeAt(at % line.length)) {
      throw new Error(`Byte ${at} is ${bytes[at]}`);
    }
  }
  assertEquals(bytes.at(-1), 10);
}
