// Receives one message as the window TITLE, and says how its memory was freed:
// freeing.ts TITLE. It allocates none itself: the window thread does.
import { listenMessages } from "../../../lib/copy_data/mod.ts";
import { kernel32 } from "../../../lib/win32/kernel32.ts";
import { say } from "../../support/peer_side.ts";
import { wrapped } from "../../support/wrapped.ts";

const [title] = Deno.args as [string];
const freed: string[] = [];
using _ = wrapped({
  HeapFree: (native) => (...args) => {
    const result = native(...args);
    const heap = kernel32().raw.GetProcessHeap();
    freed.push(`${args[0] === heap} ${result !== 0}`);
    return result;
  },
});
await using listener = listenMessages({ title });
say("ready");
await listener.receive();
say(freed.join());
