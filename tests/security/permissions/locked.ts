// deno-lint-ignore-file no-console
// Locks native access, and shows what works on and what does not.
import {
  connectPipe,
  createMailslot,
  listenPipe,
  lockNativeAccess,
} from "../../../mod.ts";
import { bytes, text } from "../../support/names.ts";

const said: string[] = [];
const name = `winipc-locked-${crypto.randomUUID()}`;
lockNativeAccess(["pipe"]);
try {
  Deno.dlopen("C:\\Windows\\System32\\user32.dll", {});
} catch (error) {
  said.push((error as Error).name);
}
using listener = listenPipe(name);
using client = await connectPipe(name);
using server = await listener.accept();
await client.write(bytes("works on"));
const buffer = new Uint8Array(99);
said.push(text(buffer.subarray(0, (await server.read(buffer))!)));
for (
  const use of [
    () => server.impersonate(() => 1),
    () => createMailslot(name, { sddl: "D:(A;;GA;;;WD)" }),
  ]
) {
  try {
    use();
  } catch (error) {
    said.push((error as Error).name);
  }
}
console.log(said.join(", "));
