// deno-lint-ignore-file no-console
// The same as echo_client.ts over Node's net.
import { Buffer } from "node:buffer";
import net from "node:net";
import process from "node:process";

const [name, size, rounds] = process.argv.slice(2) as [string, string, string];
const message = Buffer.alloc(Number(size), 7);
const socket = net.connect("\\\\.\\pipe\\" + name, () => {
  trips(Number(rounds) / 10, () => {
    const began = performance.now();
    const used = process.cpuUsage();
    trips(Number(rounds), () => {
      const micros = (performance.now() - began) * 1000 / Number(rounds);
      const { user, system } = process.cpuUsage(used);
      const processor = (user + system) / Number(rounds);
      console.log(JSON.stringify({ micros, processor }));
      socket.destroy();
    });
  });
});

function trips(count: number, done: () => void): void {
  let got = 0;
  let left = count;
  const onData = (data: Uint8Array) => {
    got += data.length;
    if (got < message.length) return;
    got = 0;
    if (--left > 0) return void socket.write(message);
    socket.off("data", onData);
    done();
  };
  socket.on("data", onData);
  socket.write(message);
}
