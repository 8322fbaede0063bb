// deno-lint-ignore-file no-console
// A relay. Arguments: "pipe" or "tcp", where to listen, "pipe" or "tcp", where to
// connect. Answers each line of its input with what it holds.
import { relay } from "../../../mod.ts";
import { linesOf } from "../../support/lines.ts";
import { settled } from "../../support/settled.ts";

const [near, from, far, to] = Deno.args;
const running = await relay(
  `${near}-listen:${from}`,
  far === "tcp" ? `tcp:127.0.0.1:${to}` : `pipe:${to}`,
  { onReady: (where) => console.log(where.split(":").at(-1)) },
);
void reportHandles();
await running.finished;

async function reportHandles(): Promise<void> {
  for await (const _line of linesOf(Deno.stdin.readable)) {
    console.log(JSON.stringify(await settled()));
  }
}
