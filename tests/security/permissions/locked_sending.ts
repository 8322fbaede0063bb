// deno-lint-ignore-file no-console
// Sends so much, after it has locked native access, that a thread would do it.
import {
  listenMessages,
  lockNativeAccess,
  sendCopyData,
} from "../../../mod.ts";

using listener = listenMessages({ backlog: 1000 });
lockNativeAccess(["message"]);
for (let i = 0; i < 200; i++) await sendCopyData(listener, new Uint8Array(1));
console.log("sent");
