// deno-lint-ignore-file no-console
// Reads until the client closes, over Node's net, and tells how fast. Argument: the pipe's name.
import net from "node:net";
import process from "node:process";

const server = net.createServer((socket) => {
  let total = 0;
  let began = 0;
  server.close();
  socket.on("data", (data) => {
    if (total === 0) began = performance.now();
    total += data.length;
  });
  socket.on("close", () => {
    const seconds = (performance.now() - began) / 1000;
    console.log(JSON.stringify({ megabytes: total / 1e6 / seconds }));
  });
  socket.on("error", () => {});
});
server.listen("\\\\.\\pipe\\" + process.argv[2], () => console.log("ready"));
