// deno-lint-ignore-file no-console
// The same as echo_server.ts over Node's net.
import net from "node:net";
import process from "node:process";

const server = net.createServer((socket) => {
  server.close();
  const used = process.cpuUsage();
  let echoes = 0;
  socket.on("data", (data) => {
    echoes++;
    socket.write(data);
  });
  socket.on("close", () => {
    const { user, system } = process.cpuUsage(used);
    console.log(JSON.stringify({ processor: (user + system) / echoes }));
  });
  socket.on("error", () => {});
});
server.listen("\\\\.\\pipe\\" + process.argv[2], () => console.log("ready"));
