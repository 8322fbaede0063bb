// deno-lint-ignore-file no-console
/** Node's http server on a pipe, which ends each exchange as the path says, and tells how often it was asked. */

import { createServer, type IncomingMessage } from "node:http";

const seen = new Map<string, number>();

/** Resolves when all of the request has come. */
function whole(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => request.resume().on("end", resolve));
}

const server = createServer(async (request, response) => {
  const url = request.url!;
  const [, what, id] = url.split("/");
  if (what === "seen") return response.end(String(seen.get(id!) ?? 0));
  if (id !== undefined) seen.set(id, (seen.get(id) ?? 0) + 1);
  if (what === "early") {
    response.writeHead(413, { "content-length": 2, connection: "close" });
    return response.end("no");
  }
  await whole(request);
  switch (what) {
    case "before":
      return request.socket.destroy();
    case "middle":
      response.writeHead(200, { "content-length": 5 });
      return response.write("he", () => request.socket.destroy());
    case "behind":
      response.end("hello", () => request.socket.destroy());
      return;
    case "never":
      return console.log("asked");
    default:
      response.end("hello");
  }
});
// What the client aborts or sends to a closed connection ends nothing here.
server.on("clientError", (_error, socket) => socket.destroy());
// A connection is kept however long the test is away.
server.keepAliveTimeout = 0;
server.listen(process.argv[2], () => console.log("ready"));
process.stdin.resume().on("end", () => process.exit());
