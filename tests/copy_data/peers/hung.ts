// A window that never looks at its messages: hung.ts TITLE.
import { user32 } from "../../../lib/win32/user32.ts";
import { toUtf16 } from "../../../lib/win32/utf16.ts";
import { say } from "../../support/peer_side.ts";

const WS_POPUP = 0x8000_0000;

const [title] = Deno.args as [string];
user32().call.CreateWindowExW(
  0,
  toUtf16("Static"),
  toUtf16(title),
  WS_POPUP,
  0,
  0,
  0,
  0,
  0n,
  0n,
  0n,
  0n,
);
say("ready");
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
