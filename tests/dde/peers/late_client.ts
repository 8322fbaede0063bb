// A client that asks for more when it hears of the end: late_client.ts SERVICE
// "confirms" or "silent". Says the atoms of what it asks for.
import { say } from "../../support/peer_side.ts";
import { WindowLoop } from "./raw_window.ts";

const WM_DDE_TERMINATE = 0x3e1;
const WM_DDE_REQUEST = 0x3e6;
const WM_DDE_POKE = 0x3e7;
const CF_TEXT = 1;
const FRELEASE = 0x20;

const [service, kind] = Deno.args as [string, "confirms" | "silent"];
let ended = false;
const raw = new WindowLoop(() => {}, (message) => {
  ended ||= message === WM_DDE_TERMINATE;
});
const talk = raw.initiate(service, "first");
say("connected");
raw.run(() => ended);
const [asked, poked] = [
  raw.atom(`asked ${Deno.pid}`),
  raw.atom(`poked ${Deno.pid}`),
];
raw.post(talk, WM_DDE_REQUEST, raw.handle, BigInt(CF_TEXT), asked);
const memory = raw.memory([0, FRELEASE, CF_TEXT, 0, 0x61, 0]);
raw.post(talk, WM_DDE_POKE, raw.handle, memory, poked);
if (kind === "confirms") raw.terminate(talk);
say(`${asked} ${poked}`);
await new Promise(() => {});
