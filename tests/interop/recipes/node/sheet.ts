// A sheet with three cells on Windows' DDEML, in ANSI text: sheet.ts SERVICE TOPIC.
// A poke to R2C1 changes R1C1 too.
import { writeSync } from "node:fs";
import process from "node:process";
import {
  CF_TEXT,
  dataHandle,
  decode,
  encode,
  publish,
  pump,
  register,
  start,
  XTYP,
} from "../../../dde/node/ddeml.ts";

const [service, topic] = process.argv.slice(2) as [string, string];
const FACK = 0x8000;
const cells = new Map([["R1C1", "1\r\n"]]);
let changes = 0;

start("A", ({ type, format, first, second, data }) => {
  if (type === XTYP.connect) return first === topic ? 1 : 0;
  if (format !== CF_TEXT) return 0;
  switch (type) {
    case XTYP.request:
    case XTYP.advReq: {
      const text = cells.get(second);
      return text === undefined ? 0 : dataHandle(encode(text, format), format);
    }
    case XTYP.poke:
      cells.set(second, decode(data, format));
      writeSync(1, `${second} ${cells.get(second)}\n`);
      return FACK;
    case XTYP.advStart:
      changes = 3;
      return 1;
  }
  return 0;
});
register(service);
writeSync(1, "ready\n");
for (;;) {
  pump(100);
  if (changes === 0) continue;
  cells.set("R1C1", `${5 - changes}\r\n`);
  changes--;
  publish(topic, "R1C1");
}
