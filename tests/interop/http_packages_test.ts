/** What npm's packages for Node do with HTTP and WebSockets on our pipes. */

import { assertEquals } from "@std/assert";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import type { Duplex } from "node:stream";
import { servePipe } from "../../mod.ts";
import { uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { startNode, testWith } from "../support/partners.ts";
import type { Peer } from "../support/peer.ts";
import { started, webSocket } from "../relay/helpers.ts";

const packageTest = testWith("node", "packages");

function node(script: string, ...args: string[]): Peer {
  const url = new URL(`./node/${script}.ts`, import.meta.url);
  return startNode(url, args, ["--experimental-strip-types"]);
}

function pathOf(name: string): string {
  return `\\\\.\\pipe\\${name}`;
}

/** Serves HTTP on a pipe by Deno's server behind a relay, for WebSockets. */
async function serve(
  handler: (request: Request) => Response | Promise<Response>,
): Promise<AsyncDisposable & { name: string; errors: unknown[] }> {
  const name = uniqueName();
  const local = { hostname: "127.0.0.1", port: 0, onListen() {} };
  await using stack = new AsyncDisposableStack();
  const { addr } = stack.use(Deno.serve(local, handler));
  const target = `tcp:127.0.0.1:${addr.port}`;
  const { errors } = stack.use(await started(`pipe-listen:${name}`, target));
  const all = stack.move();
  return { name, errors, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

packageTest(
  "undici asks a server on our pipe, and leaves an answer",
  async () => {
    const left = Promise.withResolvers<void>();
    const name = uniqueName();
    await using _server = servePipe({ pipe: name }, async (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === "/echo") return new Response(await request.text());
      if (pathname === "/hello") return new Response("hello");
      return new Response(
        new ReadableStream({
          start: (controller) => controller.enqueue(new Uint8Array([104, 105])),
          cancel: () => left.resolve(),
        }),
      );
    });
    await using client = node("undici", pathOf(name));
    await client.says("200 hello");
    await client.says("true");
    await client.says("hi");
    await left.promise;
    await client.says("200 hello");
    assertEquals((await client.ended()).code, 0);
  },
);

packageTest(
  "dockerode asks an engine on our pipe, leaves its events and attaches",
  async () => {
    const left = Promise.withResolvers<void>();
    const engine = createServer((request, response) => {
      const json = (value: unknown) => {
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify(value));
      };
      if (request.url === "/version") return json({ Version: "28.0.1" });
      if (request.url!.startsWith("/containers/json")) {
        return json([
          { Names: ["/web"], State: "running" },
          { Names: ["/db"], State: "exited" },
        ]);
      }
      response.on("close", () => left.resolve());
      response.write('{"Type":"container","Action":"start"}\n');
    });
    engine.on("upgrade", (_request: unknown, socket: Duplex) => {
      socket.write(
        "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n",
      );
      socket.pipe(socket);
    });
    engine.listen(0, "127.0.0.1");
    await once(engine, "listening");
    const { port } = engine.address() as AddressInfo;
    const name = uniqueName();
    {
      await using running = await started(
        `pipe-listen:${name}`,
        `tcp:127.0.0.1:${port}`,
      );
      await using client = node("dockerode", pathOf(name));
      await client.says("28.0.1");
      await client.says("/web running");
      await client.says("/db exited");
      await client.says('{"Type":"container","Action":"start"}');
      await left.promise;
      await client.says("echo ünï 中文");
      await client.says("closed");
      assertEquals((await client.ended()).code, 0);
      assertEquals(running.errors, []);
    }
    engine.closeAllConnections();
    engine.close();
    await once(engine, "close");
  },
);

packageTest("ws' client talks to a WebSocket behind our pipe", async () => {
  const end = Promise.withResolvers<CloseEvent>();
  await using server = await serve((request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onmessage = ({ data }) =>
      socket.send(typeof data === "string" ? data.toUpperCase() : data);
    socket.onclose = end.resolve;
    return response;
  });
  await using client = node("ws", "client", pathOf(server.name));
  await client.says("false true");
  await client.says("false true");
  await client.says("true 100000");
  const { code, reason } = await end.promise;
  assertEquals([code, reason], [4000, "enough"]);
  await client.says("4000 enough");
  assertEquals((await client.ended()).code, 0);
});

packageTest(
  "a WebSocket through our relay talks to ws' server on its pipe",
  async () => {
    const name = uniqueName();
    await using server = node("ws", "server", pathOf(name));
    await server.says("ready");
    await using running = await started("tcp-listen:0", `pipe:${name}`);
    const url = `ws://${running.ready[0]}/chat`;
    const socket = await webSocket(url);
    const sent = ["ünï 中文", "x".repeat(300_000), new Uint8Array([1, 2, 3])];
    for (const message of sent) {
      const answer = new Promise<MessageEvent>((resolve) =>
        socket.onmessage = resolve
      );
      socket.send(message);
      const { data } = await answer;
      const echoed = data instanceof ArrayBuffer ? new Uint8Array(data) : data;
      assertEquals(echoed, message);
    }
    const closing = new Promise<CloseEvent>((resolve) =>
      socket.onclose = resolve
    );
    socket.send("leave");
    const { code, reason } = await closing;
    assertEquals([code, reason], [4001, "you said so"]);
    // The server dies under the next one.
    const other = await webSocket(url);
    const torn = new Promise<CloseEvent>((resolve) => other.onclose = resolve);
    other.onerror = (event) => event.preventDefault();
    await server.kill();
    assertEquals((await torn).wasClean, false);
  },
);
