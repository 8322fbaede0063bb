// deno-lint-ignore-file no-console
// A relay. Arguments: "pipe" or "tcp", where to listen, "pipe" or "tcp", where to connect.
import { relay } from "../../../mod.ts";

const [near, from, far, to] = Deno.args;
const running = await relay(
  `${near}-listen:${from}`,
  far === "tcp" ? `tcp:127.0.0.1:${to}` : `pipe:${to}`,
  { onReady: (where) => console.log(where.split(":").at(-1)) },
);
await running.finished;
