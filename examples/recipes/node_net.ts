// deno-lint-ignore-file no-console
// Talks to a `node:net` server on a pipe, with one line of JSON for each
// message. In Node:
//
//   createServer((socket) =>
//     createInterface({ input: socket }).on("line", (line) => {
//       const { id, text } = JSON.parse(line);
//       socket.write(`${JSON.stringify({ id, text: text.toUpperCase() })}\n`);
//     })
//   ).listen("\\\\.\\pipe\\node-app");
//
//   deno run --allow-ffi=C:\Windows\System32\kernel32.dll examples/recipes/node_net.ts [NAME] [TEXT…]
//
// In a project of your own: import { connectPipe } from "jsr:@winipc/winipc";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { connectPipe } from "../../mod.ts";

const [name = "node-app", ...texts] = Deno.args;
const encoder = new TextEncoder();

await using connection = await connectPipe(name, { waitForPeer: true });
const input = Readable.fromWeb(connection.readable);
const lines = createInterface({ input })[Symbol.asyncIterator]();

for (const [id, text] of texts.entries()) {
  await connection.write(encoder.encode(`${JSON.stringify({ id, text })}\n`));
  const { value, done } = await lines.next();
  if (done) throw new Error("Node has hung up");
  console.log(JSON.parse(value).text);
}
input.destroy();
