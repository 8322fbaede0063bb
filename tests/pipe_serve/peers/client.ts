// A client of a server on a pipe in another process: client.ts NAME
import { pipeFetch } from "../../../mod.ts";
import { say } from "../../support/peer_side.ts";

const [pipe] = Deno.args as [string];
const sent = "from another process, ü";
const response = await pipeFetch("http://./", {
  pipe,
  method: "PUT",
  body: sent,
});
say(JSON.stringify([Deno.pid, sent, await response.json()]));
