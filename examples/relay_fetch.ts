// deno-lint-ignore-file no-console
// Sends a request to an HTTP server on a named pipe, such as Docker's or one of
// Node's `http`, and prints the response as it arrives.
//
//   deno run -A examples/relay_fetch.ts PIPE [PATH] [BODY]
//   deno run -A examples/relay_fetch.ts docker_engine /v1.44/containers/json
//
// In a project of your own: import { pipeFetch } from "jsr:@winipc/winipc";
import { pipeFetch } from "../mod.ts";

const [pipe = "docker_engine", path = "/", body] = Deno.args;

const response = await pipeFetch(`http://.${path}`, {
  pipe,
  ...body !== undefined && { method: "POST", body },
});
console.error(response.status, response.statusText);
if (response.body !== null) {
  await response.body.pipeTo(Deno.stdout.writable);
}
