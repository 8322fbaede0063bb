// Listens, and ends in one of many ways: ending.ts TITLE FORM.
import { listenMessages } from "../../../lib/copy_data.ts";
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
say("ready");
switch (form) {
  case "normal":
    listener.unref();
    break;
  case "closed":
    listener.close();
    break;
  case "throw":
    throw new Error("thrown on purpose");
  case "reject":
    Promise.reject(new Error("rejected on purpose"));
    break;
  case "exit":
    Deno.exit(7);
}
