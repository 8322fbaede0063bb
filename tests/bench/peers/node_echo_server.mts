// deno-lint-ignore-file no-console
// Echoes what each client sends, over Node's net. Argument: the pipe's name.
import net from "node:net";
import process from "node:process";

const server = net.createServer((socket) => {
  server.close();
  socket.on("data", (data) => void socket.write(data));
  socket.on("error", () => {});
});
server.listen("\\\\.\\pipe\\" + process.argv[2], () => console.log("ready"));
