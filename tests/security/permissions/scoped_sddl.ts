// deno-lint-ignore-file no-console
// What of pipes needs advapi32.dll too.
import { connectPipe, listenPipe } from "../../../mod.ts";
import { bytes } from "../../support/names.ts";

const name = `winipc-scoped-${crypto.randomUUID()}`;
using listener = listenPipe(name, { sddl: "D:(A;;GA;;;WD)" });
using client = await connectPipe(name, { impersonation: "impersonation" });
using server = await listener.accept();
await client.write(bytes("x"));
await server.read(new Uint8Array(1));
console.log(server.peerUser().name.length > 0, server.impersonate(() => 42));
