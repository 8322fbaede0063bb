// Listens, and ends in one of many ways: ending.ts TITLE FORM.
import { listenMessages, sendCopyData } from "../../../lib/copy_data.ts";
import { say } from "../../helpers/peer_side.ts";

const [title, form] = Deno.args as [string, string];
const listener = listenMessages({ title, answerTimeout: 60_000 }, () => {
  say("handling");
  switch (form) {
    case "throw while handling":
      setTimeout(() => {
        throw new Error("thrown on purpose");
      });
      break;
    case "exit while handling":
      setTimeout(() => Deno.exit(7));
      break;
    case "normal while handling":
      listener.unref();
      break;
  }
  return Promise.withResolvers<boolean>().promise;
});
if (form.endsWith("after many")) {
  // So many that a thread sends them, which is still there.
  using to = listenMessages({ backlog: 1000 });
  for (let i = 0; i < 1000; i++) await sendCopyData(to, new Uint8Array(1));
}
say("ready");
switch (form) {
  case "normal":
  case "normal after many":
    listener.unref();
    break;
  case "closed":
    listener.close();
    break;
  case "throw":
  case "throw after many":
    throw new Error("thrown on purpose");
  case "reject":
    Promise.reject(new Error("rejected on purpose"));
    break;
  case "exit":
  case "exit after many":
    Deno.exit(7);
}
