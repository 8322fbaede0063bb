/** Has windows in a Worker of a program that has some itself, until it is told to end. */

import { listenMessages } from "../../../mod.ts";

// The types are those of a program, not of a Worker.
const worker = globalThis as unknown as Worker;

worker.addEventListener("message", ({ data: title }) => {
  const listener = listenMessages({ title, className: "both" }, () => 7);
  worker.postMessage("listens");
  worker.addEventListener("message", async () => {
    await listener[Symbol.asyncDispose]();
    worker.postMessage("has ended");
  }, { once: true });
}, { once: true });
