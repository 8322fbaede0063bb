import {
  connectSocket,
  listenSocket,
  type SocketConnection,
  spawn,
  type SpawnedChild,
} from "../../../mod.ts";
import { bytes, text } from "../../support/names.ts";
import "../../support/native.ts";
import { type Cell, ended, matrix, type Scene } from "./matrix.ts";

/** A child that reads lines and never writes. */
function child(command: string): SpawnedChild {
  return spawn("cmd.exe", {
    args: ["/d", "/c", command],
    windowsRawArguments: true,
    stdin: "pipe",
    stdout: "pipe",
    stderr: "null",
  });
}

async function output(child: SpawnedChild): Promise<string> {
  return text(await new Response(child.stdout.readable).bytes()).trim();
}

/** Windows cuts the connections of who dies, or ends them. */
function over(seen: string): string {
  return ["null", "BrokenPipe", "ConnectionReset"].includes(seen)
    ? "over"
    : seen;
}

/** A client of ours, of a server of the other side. */
async function connected(
  { does }: Scene,
  use: (client: SocketConnection) => Promise<string>,
): Promise<string> {
  const port = Number(await does("socket listen"));
  await using client = await connectSocket(port);
  await does("socket accept");
  return await use(client);
}

const CELLS: readonly Cell[] = [
  {
    fault: "anonymous pipe: a child is killed while we read",
    async run() {
      await using running = child("set /p line=");
      const reading = output(running);
      running.kill(9);
      return `"${await reading}", ${(await running.status).code}`;
    },
    seen: '"", 9',
  },
  {
    fault: "anonymous pipe: a child is killed while we write",
    async run() {
      await using running = child("ping -n 60 127.0.0.1 >nul");
      const writing = ended(running.stdin.write(new Uint8Array(1 << 22)));
      running.kill(9);
      return await writing;
    },
    seen: "BrokenPipe",
  },
  {
    fault: "anonymous pipe: a child ends after half a line",
    async run() {
      await using running = child("<nul set /p line=half& exit 3");
      return `"${await output(running)}", ${(await running.status).code}`;
    },
    seen: '"half", 3',
  },
  {
    fault: "socket: the other side dies while we read",
    dies: true,
    run: (scene) =>
      connected(scene, async (client) => {
        const reading = client.read(new Uint8Array(9));
        await scene.crash();
        return over(await ended(reading));
      }),
    seen: "over",
  },
  {
    fault: "socket: the other side dies while we write",
    dies: true,
    run: (scene) =>
      connected(scene, async (client) => {
        const writing = async () => {
          for (;;) await client.write(new Uint8Array(1 << 20));
        };
        const failing = ended(writing());
        await scene.crash();
        return over(await failing);
      }),
    seen: "over",
  },
  {
    fault: "socket: the other side dies after half of what we read",
    dies: true,
    run: (scene) =>
      connected(scene, async (client) => {
        await scene.does("socket write");
        const buffer = new Uint8Array(9);
        const length = await client.read(buffer);
        await scene.crash();
        const then = await ended(client.read(new Uint8Array(9)));
        return `${text(buffer.subarray(0, length!))}, then ${over(then)}`;
      }),
    seen: "half, then over",
  },
  {
    fault: "socket: the other side cuts the connection while we read",
    async run() {
      await using listener = await listenSocket();
      await using client = await connectSocket(listener.local.port);
      const server = await listener.accept();
      const reading = client.read(new Uint8Array(9));
      server.close();
      return String(await reading);
    },
    seen: "null",
  },
  {
    fault: "socket: the other side never reads",
    async run() {
      await using listener = await listenSocket();
      await using client = await connectSocket(listener.local.port);
      await using _server = await listener.accept();
      const writing = async () => {
        for (;;) await client.write(new Uint8Array(1 << 20), { timeout: 100 });
      };
      return await ended(writing());
    },
    seen: "TimeoutError",
  },
  {
    fault: "socket: others connect and leave in a loop",
    async run() {
      await using listener = await listenSocket();
      for (let i = 0; i < 40; i++) {
        (await connectSocket(listener.local.port)).close();
        (await listener.accept()).close();
      }
      await using client = await connectSocket(listener.local.port);
      await using server = await listener.accept();
      await client.write(bytes("whole"));
      const buffer = new Uint8Array(9);
      return text(buffer.subarray(0, (await server.read(buffer))!));
    },
    seen: "whole",
  },
];

matrix("children and sockets", CELLS);
