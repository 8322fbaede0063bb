// Node's own pipe client: client.ts PATH CLIENTS MESSAGES. All connect at
// once, then each has its messages echoed. Says how many came back right.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import process from "node:process";

const [path, clients, messages] = process.argv.slice(2) as string[];
const sockets = Array.from({ length: Number(clients) }, () => connect(path!));
await Promise.all(sockets.map((socket) => once(socket, "connect")));
const counts = await Promise.all(sockets.map(echoed));
process.stdout.write(`${counts.reduce((sum, count) => sum + count, 0)}\n`);

async function echoed(socket: Socket, client: number): Promise<number> {
  let good = 0;
  for (let i = 0; i < Number(messages); i++) {
    const message = `client ${client} message ${i}`;
    socket.write(message);
    let answer = "";
    while (answer.length < message.length) {
      const [chunk] = await once(socket, "data");
      answer += String(chunk);
    }
    if (answer === message) good++;
  }
  socket.end();
  return good;
}
