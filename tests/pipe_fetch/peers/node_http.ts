// deno-lint-ignore-file no-console
/** Node's http server on a pipe: tells what it was asked, streams, and hangs up. */

import { createServer } from "node:http";

let connections = 0;
const server = createServer((request, response) => {
  if (request.url === "/stream") {
    // The next tick goes when the client has asked for it.
    response.write("tick 0\n");
    request.on("data", (word) => response.write(`tick ${word}\n`));
    request.on("end", () => response.end("over\n"));
    return;
  }
  let size = 0;
  request.on("data", (part: Uint8Array) => size += part.byteLength);
  request.on("end", () => {
    response.setHeader("set-cookie", ["a=1", "b=2"]);
    if (request.url === "/empty") response.statusCode = 204;
    if (request.url === "/close") response.setHeader("connection", "close");
    const { method, url, headers } = request;
    response.end(
      JSON.stringify({
        method,
        url,
        size,
        host: headers.host,
        chunked: headers["transfer-encoding"] === "chunked",
        connections,
      }),
    );
  });
});
server.on("connection", () => connections++);
// A connection is kept however long the test is away.
server.keepAliveTimeout = 0;
server.listen(process.argv[2], () => console.log("ready"));
process.stdin.resume().on("end", () => process.exit());
