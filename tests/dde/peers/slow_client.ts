// A client that watches an item and takes none of its changes: slow_client.ts
// SERVICE TOPIC ITEM. Its window handles no message once it has said "watching".
import { say } from "../../support/peer_side.ts";
import { WindowLoop } from "./raw_window.ts";

const WM_DDE_ADVISE = 0x3e2;
const CF_UNICODETEXT = 13;
const FACKREQ = 0x80;

const [service, topic, item] = Deno.args as [string, string, string];
const raw = new WindowLoop(() => {});
const talk = raw.initiate(service, topic);
// DDEADVISE: flags, of which one asks to wait for acknowledgements, and format.
const advise = raw.memory([0, FACKREQ, CF_UNICODETEXT, 0]);
raw.post(talk, WM_DDE_ADVISE, raw.handle, advise, raw.atom(item));
raw.until(item);
say("watching");
await new Promise(() => {});
