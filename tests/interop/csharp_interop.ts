/** C# on .NET Core 2.2, compiled by its own compiler: every mechanism that it has. */

import { assertEquals } from "@std/assert";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  connectPipe,
  createAnonymousPipe,
  createEvent,
  createMutex,
  createSemaphore,
  createSharedMemory,
  FramedConnection,
  listenMessages,
  listenPipe,
  type PipeConnection,
  type PipeMode,
  readExactly,
  spawn,
  waitFor,
} from "../../mod.ts";
import { bytes, pattern, text, uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { pathOfPartner, testWith } from "../support/partners.ts";
import { Peer } from "../support/peer.ts";

const TEXT = "ünï 中文";
const csharpTest = testWith("dotnet");
const dotnet = pathOfPartner("dotnet") ?? "";

/** Compiles a program, unless it is there already. */
async function compiled(source: URL): Promise<string> {
  const sdk = dirname(dotnet);
  const path = fileURLToPath(source);
  const folder = await Deno.makeTempDir({ prefix: "winipc-csharp-" });
  const program = join(folder, "program.dll");
  const runtime = join(sdk, "shared", "Microsoft.NETCore.App", "2.2.2");
  const files = await Array.fromAsync(Deno.readDir(runtime));
  const references = files.map(({ name }) => name)
    .filter((name) => /^(System\.|mscorlib|netstandard)/.test(name))
    .filter((name) => name.endsWith(".dll") && !name.includes("Native"))
    .map((name) => `-r:${join(runtime, name)}`);
  const compiler = join(sdk, "sdk", "2.2.104", "Roslyn", "bincore", "csc.dll");
  const { code, stdout } = await new Deno.Command(dotnet, {
    args: [compiler, "-nologo", `-out:${program}`, ...references, path],
  }).output();
  assertEquals([code, text(stdout)], [0, ""]);
  await Deno.writeTextFile(
    join(folder, "program.runtimeconfig.json"),
    JSON.stringify({
      runtimeOptions: {
        framework: { name: "Microsoft.NETCore.App", version: "2.2.2" },
      },
    }),
  );
  return program;
}

let partner: Promise<string> | undefined;

/** Starts Partner.cs. */
async function csharp(...args: string[]): Promise<Peer> {
  const source = new URL("./csharp/Partner.cs", import.meta.url);
  return new Peer(dotnet, [await (partner ??= compiled(source)), ...args]);
}

/** Has messages or bytes echoed by C#. */
async function echoed(
  connection: PipeConnection,
  mode: PipeMode,
): Promise<void> {
  if (mode === "message") {
    for (const sent of [bytes(TEXT), pattern(1), pattern(50_000)]) {
      await connection.write(sent);
      assertEquals(await connection.readMessage(), sent);
    }
    return;
  }
  const sent = pattern(1_000_000);
  const [, back] = await Promise.all([
    connection.write(sent),
    readExactly(connection, sent.byteLength),
  ]);
  assertEquals(back, sent);
}

for (const mode of ["byte", "message"] as const) {
  const left = mode === "message" ? "left after 3" : "left";

  csharpTest(
    `NamedPipeServerStream echoes to connectPipe(), mode ${mode}`,
    async () => {
      const name = uniqueName();
      await using server = await csharp("serve", name, mode);
      await server.says("ready");
      {
        await using connection = await connectPipe(name, { mode });
        await echoed(connection, mode);
      }
      await server.says(left);
      assertEquals((await server.ended()).code, 0);
    },
  );

  csharpTest(
    `NamedPipeClientStream echoes to listenPipe(), mode ${mode}`,
    async () => {
      await using listener = listenPipe(uniqueName(), { mode });
      const name = listener.name.replace("\\\\.\\pipe\\", "");
      await using client = await csharp("connect", name, mode);
      {
        await using connection = await listener.accept();
        await echoed(connection, mode);
      }
      await client.says(left);
      assertEquals((await client.ended()).code, 0);
    },
  );
}

csharpTest("connectPipe() sees the end of a C# server that dies", async () => {
  const name = uniqueName();
  await using server = await csharp("serve", name, "byte");
  await server.says("ready");
  await using connection = await connectPipe(name);
  await server.kill();
  assertEquals(await connection.read(new Uint8Array(9)), null);
});

csharpTest(
  "the recipe csharp.cs answers, and ends when its client leaves",
  async () => {
    const source = new URL("../../examples/recipes/csharp.cs", import.meta.url);
    const name = uniqueName();
    const program = await compiled(source);
    for (const lines of [[TEXT], ["two", "x".repeat(200_000), "three"]]) {
      await using server = new Peer(dotnet, [program, name]);
      await using client = await connectPipe(name, { waitForPeer: true });
      const sent = client.write(
        bytes(lines.map((line) => `${line}\n`).join("")),
      );
      const answer = await new FramedConnection(client, "line").readMessage();
      assertEquals(text(answer!), lines[0]!.toUpperCase());
      // With more than one it leaves while C# has answers for it.
      client.close();
      await sent.catch(() => {});
      const { code, stdout, stderr } = await server.ended();
      assertEquals([code, stdout, stderr], [0, "", ""]);
    }
  },
);

csharpTest("MemoryMappedFile reads and writes our shared memory", async () => {
  const name = uniqueName();
  using memory = createSharedMemory(name, { size: 4096 });
  const sent = bytes(TEXT);
  memory.write(new Uint8Array(new Int32Array([sent.byteLength]).buffer));
  memory.write(sent, 4);
  await using peer = await csharp("memory", name);
  await peer.says(TEXT);
  await peer.says("written");
  const length = new DataView(memory.read(2000, 4).slice().buffer);
  const answer = memory.read(2004, length.getInt32(0, true));
  assertEquals(text(answer), "from C#, 中文");
});

csharpTest(
  "Mutex, EventWaitHandle and Semaphore are ours, and an abandoned one is reported",
  async () => {
    const name = uniqueName();
    using mutex = createMutex(`${name}-mutex`);
    using event = createEvent(`${name}-event`);
    using semaphore = createSemaphore(`${name}-semaphore`, {
      max: 2,
      initial: 0,
    });
    const lock = await mutex.lock();
    await using peer = await csharp("sync", name);
    await peer.says("free: False");
    event.set();
    await peer.says("event");
    await waitFor(semaphore);
    await waitFor(semaphore);
    lock.release();
    await peer.says("mutex");
    const waiting = mutex.lock();
    await peer.send("end");
    using again = await waiting;
    assertEquals(again.abandoned, true);
  },
);

csharpTest(
  "AnonymousPipeClientStream takes both ends that it inherits",
  async () => {
    const source = new URL("./csharp/Partner.cs", import.meta.url);
    const program = await (partner ??= compiled(source));
    await using forth = createAnonymousPipe({ inheritable: "read" });
    await using back = createAnonymousPipe({ inheritable: "write" });
    await using child = spawn(dotnet, {
      args: [program, "anonymous", forth.read, back.write],
    });
    await forth.write.write(bytes(TEXT));
    forth.write.close();
    assertEquals(
      await new Response(back.read.readable).text(),
      TEXT.toUpperCase(),
    );
    assertEquals((await child.status).code, 0);
  },
);

csharpTest("our window receives WM_COPYDATA from C#", async () => {
  const title = uniqueName();
  using listener = listenMessages({ title });
  await using peer = await csharp("copydata", title, TEXT);
  const { tag, bytes: data } = await listener.receive();
  assertEquals([tag, new TextDecoder("utf-16le").decode(data)], [7, TEXT]);
  await peer.says("1");
});
