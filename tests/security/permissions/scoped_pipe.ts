// deno-lint-ignore-file no-console
// All of pipes that needs kernel32.dll alone; run with exactly that right.
import { callPipe, connectPipe, listenPipe, pipeInfo } from "../../../mod.ts";
import { bytes, text } from "../../support/names.ts";

const name = `winipc-scoped-${crypto.randomUUID()}`;
const said: string[] = [];
const listener = listenPipe(name, { mode: "message" });
said.push(pipeInfo(name).mode);
await using _left = await listener.accept();

const client = await connectPipe(name);
const server = await listener.accept();
await client.write(bytes("written"));
said.push(text(server.peek(99).bytes), text(await server.readMessage()));
await server.write(bytes("answered"));
const buffer = new Uint8Array(99);
said.push(text(buffer.subarray(0, (await client.read(buffer))!)));
said.push(server.peer().pid === client.peer().pid ? "same process" : "?");

const asked = callPipe(name, bytes("call"));
const answering = await listener.accept();
await answering.write((await answering.readMessage())!);
said.push(text(await asked));
answering.close();

await client.closeWrite();
for await (const _ of server.readable) said.push("unexpected");
await listener.accept({ timeout: 1 }).catch((error) => said.push(error.name));
const pending = client.read(buffer, { signal: AbortSignal.timeout(1) });
await pending.catch((error) => said.push(error.name));
for (const end of [client, server, listener]) end.close();
console.log(said.join(", "));
