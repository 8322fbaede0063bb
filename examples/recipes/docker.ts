// deno-lint-ignore-file no-console
// Asks Docker, or another HTTP server on a pipe, for its version and its
// containers, over one connection.
//
//   deno run --allow-ffi=C:\Windows\System32\kernel32.dll examples/recipes/docker.ts [NAME]
//
// In a project of your own:
//   import { createPipeClient, pipeFetch } from "jsr:@winipc/winipc";
import { createPipeClient, pipeFetch } from "../../mod.ts";

const [name = "docker_engine"] = Deno.args;
using pipe = createPipeClient(name);

const version = await pipeFetch("http://./version", { pipe });
console.log((await version.json()).Version);

const containers = await pipeFetch("http://./containers/json?all=1", { pipe });
for (const { Names, State } of await containers.json()) {
  console.log(...Names, State);
}
