// Sends, and an empty message at the end. Arguments: the mailslot's name, bytes, messages.
import { openMailslot } from "../../../mod.ts";

const [name, size, count] = Deno.args as [string, string, string];
using sender = await openMailslot(name);
const message = new Uint8Array(Number(size)).fill(7);
for (let i = 0; i < Number(count); i++) await sender.send(message);
await sender.send(new Uint8Array());
