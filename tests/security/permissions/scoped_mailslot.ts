// deno-lint-ignore-file no-console
// All of mailslots.
import { createMailslot, openMailslot } from "../../../mod.ts";
import { bytes, text } from "../../support/names.ts";

const name = `winipc-scoped-${crypto.randomUUID()}`;
const said: string[] = [];
using mailslot = createMailslot(name, { readTimeout: 60_000 });
{
  using sender = await openMailslot(name);
  for (const word of ["one", "two"]) await sender.send(bytes(word));
}
said.push(`${mailslot.info().count}`, text(await mailslot.peek()));
for (let i = 0; i < 2; i++) said.push(text(await mailslot.receive()));
mailslot.setReadTimeout(0);
await mailslot.receive().catch((error) => said.push(error.name));
console.log(said.join(", "));
