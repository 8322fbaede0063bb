/** What npm's packages for Node do with HTTP and WebSockets on our pipes. */

import { assertEquals } from "@std/assert";
import { type BaseConnection, servePipe } from "../../mod.ts";
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

/** Answers each message: text in capitals. */
function echo(socket: WebSocket): void {
  socket.binaryType = "arraybuffer";
  socket.onmessage = ({ data }) =>
    socket.send(typeof data === "string" ? data.toUpperCase() : data);
}

packageTest(
  "undici asks a server on our pipe, leaves an answer, and has a WebSocket",
  async () => {
    const left = Promise.withResolvers<void>();
    const name = uniqueName();
    const end = Promise.withResolvers<CloseEvent>();
    await using _server = servePipe({ pipe: name }, async (request, info) => {
      const { pathname } = new URL(request.url);
      if (pathname === "/chat") {
        const { socket, response } = info.upgradeWebSocket({
          protocol: "chat",
        });
        echo(socket);
        socket.onclose = end.resolve;
        return response;
      }
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
    await client.says("open chat");
    await client.says("ÜNÏ 中文");
    await client.says("100000");
    const { code, reason, wasClean } = await end.promise;
    assertEquals([code, reason, wasClean], [4000, "enough", true]);
    await client.says("4000 enough true");
    assertEquals((await client.ended()).code, 0);
  },
);

packageTest(
  "dockerode asks an engine on our pipe, leaves its events, attaches and runs",
  async () => {
    const left = Promise.withResolvers<void>();
    const name = uniqueName();
    const bodies: unknown[] = [];
    await using _server = servePipe({ pipe: name }, async (request, info) => {
      const { pathname } = new URL(request.url);
      const terminal = (run: (connection: BaseConnection) => Promise<void>) => {
        const { response, connection } = info.upgrade("tcp");
        connection.then(run).catch(failed.reject);
        return response;
      };
      switch (pathname) {
        case "/version":
          return Response.json({ Version: "28.0.1" });
        case "/containers/json":
          return Response.json([
            { Names: ["/web"], State: "running" },
            { Names: ["/db"], State: "exited" },
          ]);
        case "/containers/web/attach":
          return terminal(({ readable, writable }) =>
            readable.pipeTo(writable)
          );
        case "/containers/web/exec":
          return Response.json({ Id: "e1" }, { status: 201 });
        case "/exec/e1/start":
          bodies.push(await request.json());
          return terminal(async (connection) => {
            await connection.read(new Uint8Array(64));
            await connection.write(new TextEncoder().encode("logout\n"));
            connection.close();
          });
      }
      return new Response(
        new ReadableStream({
          start: (controller) =>
            controller.enqueue(
              new TextEncoder().encode(
                '{"Type":"container","Action":"start"}\n',
              ),
            ),
          cancel: () => left.resolve(),
        }),
      );
    });
    const failed = Promise.withResolvers<never>();
    failed.promise.catch(() => {});
    await using client = node("dockerode", pathOf(name));
    await client.says("28.0.1");
    await client.says("/web running");
    await client.says("/db exited");
    await client.says('{"Type":"container","Action":"start"}');
    await left.promise;
    await client.says("echo ünï 中文");
    await client.says("closed");
    await client.says("logout");
    await client.says("closed");
    assertEquals((await client.ended()).code, 0);
    assertEquals(bodies, [{ hijack: true, stdin: true }]);
  },
);

packageTest("ws' client talks to a WebSocket on our pipe", async () => {
  const end = Promise.withResolvers<CloseEvent>();
  const pipe = uniqueName();
  await using _server = servePipe({ pipe }, (_request, info) => {
    const { socket, response } = info.upgradeWebSocket();
    echo(socket);
    socket.onclose = end.resolve;
    return response;
  });
  await using client = node("ws", "client", pathOf(pipe));
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
