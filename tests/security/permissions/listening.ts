// deno-lint-ignore-file no-console
// Listens, and sends to itself; or says why it cannot.
import { listenMessages, sendCopyData } from "../../../mod.ts";

try {
  using listener = listenMessages({}, ({ tag }) => tag);
  console.log(await sendCopyData(listener, new Uint8Array(1), { tag: 7 }));
} catch (error) {
  const { name, message } = error as Error;
  console.log(`${name}: ${message}`);
}
