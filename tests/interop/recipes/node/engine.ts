// A server of two of Docker's answers on a pipe: engine.ts PATH
import { createServer } from "node:http";
import process from "node:process";

const ANSWERS: Record<string, unknown> = {
  "/version": { Version: "28.0.1", ApiVersion: "1.48" },
  "/containers/json?all=1": [
    { Names: ["/web"], State: "running" },
    { Names: ["/db", "/web/db"], State: "exited" },
  ],
};
let connections = 0;

createServer((request, response) => {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(ANSWERS[request.url!]));
}).on("connection", () => process.stdout.write(`connection ${++connections}\n`))
  .listen(process.argv[2], () => process.stdout.write("ready\n"));
process.stdin.resume().on("end", () => process.exit());
