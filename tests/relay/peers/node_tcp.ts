// deno-lint-ignore-file no-console
/** A TCP client of Node that talks, or a TCP server that echoes. */

import { connect, createServer } from "node:net";

const [, , role, port, count] = process.argv;

if (role === "client") {
  const socket = connect({ host: "127.0.0.1", port: Number(port) });
  let heard = 0;
  socket.on("data", (part) => heard += part.length);
  socket.on("end", () => console.log(`heard ${heard}`));
  socket.on("error", (error) => console.log(error.message));
  const data = Buffer.alloc(Number(count), "x");
  socket.end(data);
} else {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => {});
    socket.pipe(socket);
  });
  server.listen(
    0,
    "127.0.0.1",
    () => console.log((server.address() as { port: number }).port),
  );
}
process.stdin.resume().on("end", () => process.exit());
