/** Has windows in a Worker of a program that has some itself, until it is told to end. */

import { listenMessages } from "../../../mod.ts";

self.addEventListener("message", ({ data: title }) => {
  const listener = listenMessages({ title, className: "both" }, () => 7);
  postMessage("listens");
  self.addEventListener("message", async () => {
    await listener[Symbol.asyncDispose]();
    postMessage("has ended");
  }, { once: true });
}, { once: true });
