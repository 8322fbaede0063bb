// Listens, and ends in one of many ways: ending.ts TITLE FORM.
import { listenMessages, sendCopyData } from "../../../lib/copy_data/mod.ts";
import { readLine, say } from "../../support/peer_side.ts";

const [title, form] = Deno.args as [string, string];
const handler = () => {
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
};
const sends = form.endsWith("while sending");
/** That of the test. */
const LIMIT_MS = 60_000;
const options = { title, answerTimeout: LIMIT_MS };
const listener = listenMessages(options, sends ? undefined : handler);
if (form.endsWith("after many")) {
  // So many that a thread sends them, which is still there.
  using to = listenMessages({ backlog: 1000 });
  for (let i = 0; i < 1000; i++) await sendCopyData(to, new Uint8Array(1));
}
if (sends) {
  // To a window that takes many, and does not answer the one by the tag 1.
  const home = `${title}.home`;
  for (let i = 0; i < 300; i++) await sendCopyData(home, new Uint8Array(1));
  sendCopyData(home, new Uint8Array(1), { tag: 1, timeout: LIMIT_MS });
  await readLine();
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
  case "throw while sending":
  case "throw after many":
    throw new Error("thrown on purpose");
  case "reject":
    Promise.reject(new Error("rejected on purpose"));
    break;
  case "exit":
  case "exit while sending":
  case "exit after many":
    Deno.exit(7);
}
