// Uses DDE where some names have no atom and some data no memory: scarce.ts SERVICE
// TITLE. Says what fails, and what goes on; ends with its input.
import { listenMessages } from "../../../lib/copy_data/mod.ts";
import { connectDde, serveDde } from "../../../lib/dde/mod.ts";
import { readLine, say } from "../../support/peer_side.ts";

const [service, title] = Deno.args as [string, string];
// Disposed of last: nothing else waits for what the window thread says.
await using _input = {
  async [Symbol.asyncDispose]() {
    await readLine();
  },
};
const big = "x".repeat(1 << 16);
await using server = serveDde(service, {
  topics: { topic: { items: { item: { value: "x", poke: true }, big } } },
  onError: (error) => say(`server: ${(error as Error).message.slice(0, 17)}`),
});
await using listener = listenMessages({ title });
await using talk = await connectDde(service, "topic");
const failed = (error: Error) => say(`${error.name}: ${error.message}`);
await talk.request("full").catch(failed);
await connectDde("nobody", "full").catch(failed);
await using _other = serveDde(`${service}.other`, {
  topics: { shelf: {} },
  onError: () => {},
});
await connectDde(`${service}.other`, "shelf").catch(failed);
await talk.poke("item", big).catch(failed);
await talk.request("big", { format: "CF_TEXT" }).catch(failed);
await using changes = await talk.advise("item");
server.publish("topic", "item", big);
server.publish("topic", "item", "y");
say((await changes.receive()).data!.text!);
say((await listener.receive()).tag);
