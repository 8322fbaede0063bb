// Says whether microtasks run while the first wait of a program is begun.
import { onAbort } from "../../../lib/io/wait/on_abort.ts";
import { checkWait } from "../../../lib/io/wait/wait_options.ts";
import { say } from "../../support/peer_side.ts";

// An event, since microtasks are not run within others.
addEventListener("load", () => {
  checkWait({ timeout: 1 });
  let came = false;
  queueMicrotask(() => came = true);
  onAbort({ timeout: 1 }, () => {});
  say(came ? "a microtask came between" : "nothing came between");
});
