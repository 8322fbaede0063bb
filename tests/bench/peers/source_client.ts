// Writes over winipc. Arguments: the pipe's name, bytes of a write, writes.
import { connectPipe } from "../../../mod.ts";

const [name, size, count] = Deno.args as [string, string, string];
using connection = await connectPipe(name);
const chunk = new Uint8Array(Number(size)).fill(7);
for (let i = 0; i < Number(count); i++) await connection.write(chunk);
