import {
  assertEquals,
  assertMatch,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  connectPipe,
  listenPipe,
  type PipeListener,
  readExactly,
} from "../../mod.ts";
import {
  bytes,
  checksum,
  pattern,
  text,
  uniqueName,
} from "../support/names.ts";
import "../support/native.ts";
import {
  PARTNERS,
  pathOfPartner,
  startNode,
  testWith,
} from "../support/partners.ts";
import type { Peer } from "../support/peer.ts";

const nodeTest = testWith("node");

Deno.test({
  name:
    "CI has the programs of npm, so that nothing that needs them is ignored",
  ignore: Deno.env.get("CI") !== "true",
  fn() {
    const missing = PARTNERS.filter((name) =>
      pathOfPartner(name) === undefined
    );
    assertEquals(missing, []);
  },
});

function node(script: string, ...args: (string | number)[]): Peer {
  return startNode(new URL(`./node/${script}.ts`, import.meta.url), args);
}

function pathOf(name: string): string {
  return `\\\\.\\pipe\\${name}`;
}

async function nodeServer(script: "server" | "http"): Promise<[Peer, string]> {
  const name = uniqueName();
  const peer = node(script, pathOf(name));
  await peer.says("ready");
  return [peer, name];
}

/** Echoes to so many clients, until they leave. */
async function echo(listener: PipeListener, clients: number): Promise<void> {
  const serving: Promise<void>[] = [];
  for (let i = 0; i < clients; i++) {
    const { readable, writable } = await listener.accept();
    serving.push(readable.pipeTo(writable));
  }
  await Promise.all(serving);
}

for (const clients of [1, 5, 50]) {
  nodeTest(
    `listenPipe() echoes 10 messages to each of ${clients} Node clients at once`,
    async () => {
      await using listener = listenPipe(uniqueName());
      await using peer = node("client", listener.name, clients, 10);
      await echo(listener, clients);
      await peer.says(`${10 * clients}`);
    },
  );
}

nodeTest("connectPipe() talks to a Node server", async () => {
  const [server, name] = await nodeServer("server");
  await using peer = server;
  await using connection = await connectPipe(name);
  await connection.write(bytes("hello, Node"));
  assertEquals(text(await readExactly(connection, 11)), "hello, Node");
  assertEquals(connection.peer().pid, peer.pid);
});

nodeTest(
  "connectPipe() moves megabytes both ways at once with a Node server",
  async () => {
    const [server, name] = await nodeServer("server");
    await using _peer = server;
    await using connection = await connectPipe(name);
    const data = pattern(5_000_000);
    const [, echoed] = await Promise.all([
      connection.write(data),
      readExactly(connection, data.byteLength),
    ]);
    assertEquals(checksum(echoed), checksum(data));
  },
);

nodeTest("connectPipe() sees the end when a Node server dies", async () => {
  const [server, name] = await nodeServer("server");
  await using peer = server;
  await using connection = await connectPipe(name);
  await peer.kill();
  assertEquals(await connection.read(new Uint8Array(9)), null);
});

nodeTest("connectPipe() reaches a Node HTTP server", async () => {
  const [server, name] = await nodeServer("http");
  await using _peer = server;
  await using connection = await connectPipe(name);
  const request =
    "GET /some/page HTTP/1.1\r\nHost: pipe\r\nConnection: close\r\n\r\n";
  await connection.write(bytes(request));
  const response = await new Response(connection.readable).text();
  assertMatch(response, /^HTTP\/1\.1 200 OK\r\n/);
  assertStringIncludes(response, "GET /some/page over a pipe");
});

nodeTest("listenPipe() refuses a name that a Node server has", async () => {
  const [server, name] = await nodeServer("server");
  await using _peer = server;
  assertThrows(() => listenPipe(name), Deno.errors.AddrInUse, "is taken");
});
