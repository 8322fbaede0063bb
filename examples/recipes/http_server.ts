// deno-lint-ignore-file no-console
// Serves HTTP on a pipe. A client in Node:
//
//   http.get({ socketPath: "\\\\.\\pipe\\web", path: "/hello" }, (response) => …);
//
//   deno run --allow-ffi=C:\Windows\System32\kernel32.dll examples/recipes/http_server.ts [NAME]
//
// In a project of your own: import { servePipe } from "jsr:@winipc/winipc";
import { servePipe } from "../../mod.ts";

const [pipe = "web"] = Deno.args;

servePipe({
  pipe,
  onListen: (name) => console.error(`ready: ${name}`),
}, async (request) => {
  const { pathname } = new URL(request.url);
  return Response.json({ pathname, body: await request.text() });
});
