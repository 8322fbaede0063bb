// A program on Windows' DDEML: a server, ddeml_peer.ts serve A|W SERVICE, or a
// client that does one thing after the other: ddeml_peer.ts ask A|W SERVICE
// TOPIC [request:ITEM | poke:ITEM=TEXT | execute:TEXT | advise:ITEM | advised]…
import { writeSync } from "node:fs";
import process from "node:process";
import {
  CF_TEXT,
  CF_UNICODETEXT,
  connect,
  dataHandle,
  decode,
  disconnect,
  encode,
  end,
  publish,
  pump,
  register,
  start,
  transact,
  XTYP,
} from "./ddeml.ts";

const [role, kind, service, topic, ...steps] = process.argv.slice(2) as [
  string,
  "A" | "W",
  string,
  string,
  ...string[],
];
const FORMAT = kind === "A" ? CF_TEXT : CF_UNICODETEXT;
const FACK = 0x8000;
const FBUSY = 0x4000;

function say(line: string): void {
  writeSync(1, `${line}\n`);
}

if (role === "serve") serve();
else ask();

/** Items of its own kind of text; "busy" is busy, and "no" is refused. */
function serve(): void {
  const items = new Map([["greeting", "ünï"]]);
  const changed: string[] = [];
  start(kind, ({ type, format, first, second, data }) => {
    switch (type) {
      case XTYP.connect:
        return first === "topic" ? 1 : 0;
      case XTYP.request:
      case XTYP.advReq: {
        const text = items.get(second);
        if (text === undefined || format !== FORMAT) return 0;
        return dataHandle(encode(text, format), format);
      }
      case XTYP.poke: {
        if (format !== FORMAT) return 0;
        const text = decode(data, format);
        say(`poke ${second} ${text}`);
        if (text === "busy") return FBUSY;
        if (text === "no") return 0;
        items.set(second, text);
        changed.push(second);
        return FACK;
      }
      case XTYP.execute: {
        const text = decode(data, FORMAT);
        say(`execute ${text}`);
        if (text === "busy") return FBUSY;
        return text === "no" ? 0 : FACK;
      }
      case XTYP.advStart:
        return format === FORMAT ? 1 : 0;
      case XTYP.advStop:
        say(`stop ${second}`);
    }
    return 0;
  });
  register(service);
  say("ready");
  for (;;) {
    pump(1000);
    for (const item of changed.splice(0)) publish("topic", item);
  }
}

function ask(): void {
  const updates: string[] = [];
  start(kind, ({ type, format, second, data }) => {
    if (type !== XTYP.advData) return 0;
    updates.push(`${second} ${decode(data, format)}`);
    return FACK;
  });
  const talk = connect(service, topic);
  say(talk === 0 ? "nobody" : "connected");
  for (const step of talk === 0 ? [] : steps) {
    const [does, rest = ""] = split(step, ":");
    switch (does) {
      case "request": {
        const { data } = transact(talk, XTYP.request, rest, FORMAT);
        say(data === null ? "refused" : decode(data, FORMAT));
        break;
      }
      case "poke": {
        const [item, text = ""] = split(rest, "=");
        const data = encode(text, FORMAT);
        const { flags } = transact(talk, XTYP.poke, item, FORMAT, data);
        say(outcome(flags));
        break;
      }
      case "execute": {
        const data = encode(rest, FORMAT);
        const { flags } = transact(talk, XTYP.execute, null, 0, data);
        say(outcome(flags));
        break;
      }
      case "advise": {
        const { error } = transact(talk, XTYP.advStart, rest, FORMAT);
        say(error === 0 ? "watching" : "refused");
        break;
      }
      case "advised":
        while (updates.length === 0) pump(1000);
        say(updates.shift()!);
    }
  }
  if (talk !== 0) disconnect(talk);
  end();
}

function outcome(flags: number): string {
  if ((flags & FACK) !== 0) return "done";
  return (flags & FBUSY) !== 0 ? "busy" : "refused";
}

function split(text: string, at: string): [string, string?] {
  const place = text.indexOf(at);
  return place < 0 ? [text] : [text.slice(0, place), text.slice(place + 1)];
}
