// deno-lint-ignore-file no-console
// Serves HTTP on a pipe: Deno's own server, behind a relay. A client in Node:
//
//   http.get({ socketPath: "\\\\.\\pipe\\web", path: "/hello" }, (response) => …);
//
//   deno run -A examples/recipes/http_server.ts [NAME]
//
// In a project of your own: import { relay } from "jsr:@winipc/winipc";
import { relay } from "../../mod.ts";

const [name = "web"] = Deno.args;
const hostname = "127.0.0.1";

await using web = Deno.serve(
  { hostname, port: 0, onListen() {} },
  async (request) => {
    const { pathname } = new URL(request.url);
    return Response.json({ pathname, body: await request.text() });
  },
);
const { port } = web.addr;
await using running = await relay(
  `pipe-listen:${name}`,
  `tcp:${hostname}:${port}`,
);
console.error(`ready: \\\\.\\pipe\\${name}`);
await running.finished;
