// Echoes what each client sends, over Node's net. Argument: the pipe's name.
const net = require("node:net");

const server = net.createServer((socket) => {
  server.close();
  socket.on("data", (data) => socket.write(data));
  socket.on("error", () => {});
});
server.listen("\\\\.\\pipe\\" + process.argv[2], () => console.log("ready"));
