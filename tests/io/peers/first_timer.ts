// Says whether microtasks run while the first wait of a program is begun.
import { checkWait, onGivingUp } from "../../../lib/io/wait.ts";
import { say } from "../../support/peer_side.ts";

// An event, since microtasks are not run within others.
addEventListener("load", () => {
  checkWait({ timeout: 1 });
  let came = false;
  queueMicrotask(() => came = true);
  onGivingUp({ timeout: 1 }, () => {});
  say(came ? "a microtask came between" : "nothing came between");
});
