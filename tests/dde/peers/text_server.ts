// A server as old ones are: text_server.ts SERVICE. It gives CF_TEXT whatever
// is asked for, and one update more when it hears of the end. Says the formats of
// what is poked, and the atom of the last update.
import { say } from "../../support/peer_side.ts";
import { WindowLoop } from "./raw_window.ts";

const WM_DDE_INITIATE = 0x3e0;
const WM_DDE_TERMINATE = 0x3e1;
const WM_DDE_ADVISE = 0x3e2;
const WM_DDE_UNADVISE = 0x3e3;
const WM_DDE_ACK = 0x3e4;
const WM_DDE_DATA = 0x3e5;
const WM_DDE_REQUEST = 0x3e6;
const WM_DDE_POKE = 0x3e7;
const CF_TEXT = 1;
const FACK = 0x8000n;
const FRELEASE = 0x20;
const FRESPONSE = 0x10;

const [service] = Deno.args as [string];
let ended = false;
const raw = new WindowLoop(() => {}, answer);
say("ready");
raw.run(() => ended);
await new Promise(() => {});

function answer(message: number, from: bigint, lParam: bigint): void {
  if (message === WM_DDE_INITIATE) return offer(from, lParam);
  if (message === WM_DDE_TERMINATE) return end(from);
  if (message <= WM_DDE_INITIATE || message > WM_DDE_POKE) return;
  const [low, atom] = raw.unpack(message, lParam);
  const acknowledge = () => raw.post(from, WM_DDE_ACK, raw.handle, FACK, atom);
  switch (message) {
    case WM_DDE_ADVISE:
      acknowledge();
      return update(from, raw.atom(raw.nameOf(atom)), "changed");
    case WM_DDE_REQUEST:
      return update(from, atom, "requested", FRESPONSE);
    case WM_DDE_POKE:
      say(`poked as ${raw.read(low)[2]}`);
      return acknowledge();
    case WM_DDE_UNADVISE:
      return acknowledge();
  }
}

function offer(client: bigint, lParam: bigint): void {
  if (raw.nameOf(lParam) !== service) return;
  const names = raw.atom(service) | raw.atom("first") << 16n;
  raw.send(client, WM_DDE_ACK, names);
}

function update(
  client: bigint,
  atom: bigint,
  text: string,
  flags = 0,
): void {
  const memory = raw.memory([
    ...[0, FRELEASE | flags, CF_TEXT, 0],
    ...new TextEncoder().encode(`${text}\0`),
  ]);
  raw.post(client, WM_DDE_DATA, raw.handle, memory, atom);
}

function end(client: bigint): void {
  const atom = raw.atom(`late ${Deno.pid}`);
  update(client, atom, "late");
  raw.terminate(client);
  say(`${atom}`);
  ended = true;
}
