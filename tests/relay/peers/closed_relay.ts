// A relay that is closed when a line comes, and a program that ends when nothing
// of it is left: closed_relay.ts FROM TO.
import { relay } from "../../../mod.ts";
import { readLine, say } from "../../support/peer_side.ts";

const [from, to] = Deno.args as [string, string];
const running = await relay(from, to, { onReady: say });
await readLine();
await running[Symbol.asyncDispose]();
