// Node's own pipe server: server.ts PATH. Echoes to everybody until its input
// ends.
import { createServer } from "node:net";
import process from "node:process";

const server = createServer((socket) => {
  socket.on("error", () => {});
  socket.pipe(socket);
});
server.listen(process.argv[2], () => process.stdout.write("ready\n"));
process.stdin.on("end", () => process.exit()).resume();
