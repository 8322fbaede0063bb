// deno-lint-ignore-file no-console
// A relay over Node's net and pipe(). Arguments as for relay.ts.
import net from "node:net";
import process from "node:process";

const [near, from, far, to] = process.argv.slice(2) as string[];
const pipe = (name: string) => "\\\\.\\pipe\\" + name;

const server = net.createServer((partner) => {
  const other = far === "tcp"
    ? net.connect({ host: "127.0.0.1", port: Number(to) })
    : net.connect(pipe(to!));
  partner.pipe(other);
  other.pipe(partner);
  partner.on("error", () => {});
  other.on("error", () => {});
});
const printAddress = () => {
  const address = server.address();
  console.log(typeof address === "string" ? address : address!.port);
};
if (near === "tcp") server.listen(Number(from), "127.0.0.1", printAddress);
else server.listen(pipe(from!), printAddress);
