// Node's side of examples/recipes/node_net.ts: net_server.ts PATH
import { createServer } from "node:net";
import process from "node:process";
import { createInterface } from "node:readline";

createServer((socket) =>
  createInterface({ input: socket }).on("line", (line: string) => {
    const { id, text } = JSON.parse(line);
    socket.write(`${JSON.stringify({ id, text: text.toUpperCase() })}\n`);
  })
).listen(process.argv[2], () => process.stdout.write("ready\n"));
process.stdin.resume().on("end", () => process.exit());
