/**
 * Recipes whose partners run on Linux here: they are reached through a relay,
 * and the pipe is winipc's own.
 */

import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { findOnPath } from "../../../lib/wine/runtime.ts";
import { runArgs } from "../../support/deno.ts";
import { namedUnless } from "../../support/ignored.ts";
import {
  finish,
  readUntil,
  startWin,
  tempFolder,
} from "../../support/linux.ts";

const CLI = new URL("../../../cli.ts", import.meta.url);
const RECIPES = fileURLToPath(
  new URL("../../../examples/recipes", import.meta.url),
);
const KERNEL32 = "--allow-ffi=C:\\Windows\\System32\\kernel32.dll";
const TIMEOUT = 120_000;
const PYTHON = findOnPath("python3");
const MPV = findOnPath("mpv");

/** A listener of Python that answers in capitals, and a client that asks. */
const LISTENER = `
from multiprocessing.connection import Listener
with Listener(("127.0.0.1", 0), authkey=b"secret") as listener:
    print(listener.address[1], flush=True)
    with listener.accept() as connection:
        connection.send_bytes(connection.recv_bytes().upper())
`;
const CLIENT = `
import sys
from multiprocessing.connection import Client
with Client(("127.0.0.1", int(sys.argv[1])), authkey=b"secret") as connection:
    connection.send_bytes("from Python, 中文".encode())
    print(connection.recv_bytes().decode())
`;

function uniqueName(): string {
  return `winipc-test-${crypto.randomUUID().slice(0, 8)}`;
}

/** A program that ends with the test. */
class Program implements AsyncDisposable {
  readonly child: Deno.ChildProcess;

  constructor(command: string, args: string[]) {
    this.child = new Deno.Command(command, {
      args,
      env: { NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      signal: AbortSignal.timeout(TIMEOUT),
    }).spawn();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.child.kill("SIGTERM");
    } catch {
      // It has ended already.
    }
    await Promise.all([
      this.child.stdout.cancel(),
      this.child.stderr.cancel(),
      this.child.status,
    ]);
  }
}

/** A relay that runs, and what it says that it listens at. */
async function relay(
  ...args: string[]
): Promise<[running: Program, at: string]> {
  const command = runArgs(CLI, ["relay", ...args]);
  const running = new Program(Deno.execPath(), command);
  const ready = await readUntil(running.child.stderr, "\n");
  return [running, ready.trim().replace("ready: ", "")];
}

async function recipe(name: string, ...args: string[]): Promise<string> {
  const script = `${RECIPES}/${name}.ts`;
  const child = startWin(["run", "--no-prompt", KERNEL32, script, ...args]);
  const { code, stdout, stderr } = await finish(child);
  assertEquals([code, stderr], [0, ""]);
  return stdout.trim();
}

const FRAMED = ["--mode", "message", "--frame", "length"];

Deno.test({
  ...namedUnless(
    PYTHON === undefined,
    "no Python here",
    "python.ts talks to a listener of Python",
  ),
  async fn() {
    await using python = new Program(PYTHON!, ["-c", LISTENER]);
    const port = (await readUntil(python.child.stdout, "\n")).trim();
    const name = uniqueName();
    const [running] = await relay(
      `pipe-listen:${name}`,
      `tcp:127.0.0.1:${port}`,
      ...FRAMED,
    );
    await using _running = running;
    const said = await recipe("python", "connect", name, "secret", "grüße");
    // Python has made capitals of bytes, which leaves the umlaut.
    assertEquals(said, "GRüßE");
    assertEquals((await python.child.status).code, 0);
  },
});

Deno.test({
  ...namedUnless(
    PYTHON === undefined,
    "no Python here",
    "python.ts serves a client of Python",
  ),
  async fn() {
    const name = uniqueName();
    const script = `${RECIPES}/python.ts`;
    const server = startWin(
      ["run", "--no-prompt", KERNEL32, script, "serve", name, "secret"],
    );
    await readUntil(server.stderr, "ready: ");
    const [running, at] = await relay(
      "tcp-listen:0",
      `pipe:${name}`,
      ...FRAMED,
    );
    await using _running = running;
    await using python = new Program(PYTHON!, [
      "-c",
      CLIENT,
      at.split(":")[1]!,
    ]);
    const answer = await readUntil(python.child.stdout, "\n");
    assertEquals(answer.trim(), "FROM PYTHON, 中文");
    const { code, stdout } = await finish(server);
    assertEquals([code, stdout.trim()], [0, "from Python, 中文"]);
  },
});

Deno.test({
  ...namedUnless(MPV === undefined, "no mpv here", "mpv.ts steers mpv"),
  async fn() {
    await using folder = await tempFolder();
    const path = `${folder.path}/mpv`;
    await using player = new Program(MPV!, [
      "--idle",
      "--no-config",
      "--no-video",
      "--ao=null",
      "--msg-level=ipc=v",
      `--input-ipc-server=${path}`,
    ]);
    await readUntil(player.child.stdout, "Listening");
    await using bridge = toUnix(path);
    const name = uniqueName();
    const [running] = await relay(`pipe-listen:${name}`, bridge.address);
    await using _running = running;
    const [version, volume] = (await recipe("mpv", name, "35"))
      .split(/\r?\n/).filter((line) => !line.startsWith("event"));
    assertEquals(version?.startsWith("mpv "), true, version);
    assertEquals(Number(volume), 35);
  },
});

/** A port whose one client talks to a Unix socket, which Wine cannot. */
function toUnix(path: string): AsyncDisposable & { readonly address: string } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const ends: Disposable[] = [listener];
  const bridged = listener.accept().then(async (client) => {
    const server = await Deno.connect({ transport: "unix", path });
    ends.push(client, server);
    await Promise.allSettled([
      client.readable.pipeTo(server.writable),
      server.readable.pipeTo(client.writable),
    ]);
  }, () => {});
  const address = `tcp:127.0.0.1:${listener.addr.port}`;
  return {
    address,
    async [Symbol.asyncDispose]() {
      for (const end of ends) end[Symbol.dispose]();
      await bridged;
    },
  };
}
