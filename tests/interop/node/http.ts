// Node's own HTTP server on a pipe: http.ts PATH. Runs until its input ends.
import { createServer } from "node:http";
import process from "node:process";

const server = createServer((request, response) => {
  response.setHeader("content-type", "text/plain");
  response.end(`${request.method} ${request.url} over a pipe`);
});
server.listen(process.argv[2], () => process.stdout.write("ready\n"));
process.stdin.on("end", () => process.exit()).resume();
