// Writes over Node's net, with its backpressure. Arguments: the pipe's name, bytes of a write, writes.
import { Buffer } from "node:buffer";
import net from "node:net";
import process from "node:process";

const [name, size, count] = process.argv.slice(2) as [string, string, string];
const chunk = Buffer.alloc(Number(size), 7);
const socket = net.connect("\\\\.\\pipe\\" + name, () => more(Number(count)));

function more(left: number): void {
  while (left > 0) {
    left--;
    if (!socket.write(chunk)) {
      socket.once("drain", () => more(left));
      return;
    }
  }
  socket.end();
}
