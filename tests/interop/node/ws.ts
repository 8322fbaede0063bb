// ws, WebSockets for Node, on a pipe: ws.ts client|server PATH
import { Buffer } from "node:buffer";
import { once } from "node:events";
import { createServer } from "node:http";
import { args, load, say, stay } from "./packages.ts";

const { WebSocket, WebSocketServer } = load("ws");
const [role, path] = args;

if (role === "client") {
  const socket = new WebSocket(`ws+unix:${path}:/chat`);
  await once(socket, "open");
  for (const sent of ["ünï 中文", "x".repeat(300_000)]) {
    socket.send(sent);
    const [data, isBinary] = await once(socket, "message");
    say(`${isBinary} ${String(data) === sent.toUpperCase()}`);
  }
  socket.send(Buffer.alloc(100_000, 7));
  const [data, isBinary] = await once(socket, "message");
  say(`${isBinary} ${data.length}`);
  socket.close(4000, "enough");
  const [code, reason] = await once(socket, "close");
  say(`${code} ${reason}`);
} else {
  const server = createServer();
  // deno-lint-ignore no-explicit-any
  new WebSocketServer({ server }).on("connection", (socket: any) => {
    socket.on("message", (data: Uint8Array, binary: boolean) => {
      if (String(data) === "leave") socket.close(4001, "you said so");
      else socket.send(data, { binary });
    });
  });
  server.listen(path, () => say("ready"));
  stay();
}
