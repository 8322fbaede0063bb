// Opens windows until their thread fails, and then the window TITLE: failing.ts TITLE.
// Says how those that wait end, and the tag of the first message.
import { connectDde, listenMessages, serveDde } from "../../../mod.ts";
import { say } from "../../support/peer_side.ts";

const [title] = Deno.args as [string];
const message = ({ message }: Error) => message;

const waiting = listenMessages({ title });
const received = waiting.receive().then(String, message);
const errors: unknown[] = [];
const server = serveDde(title, {
  topics: { topic: {} },
  onError: (error) => errors.push(error),
});
const talk = await connectDde(title, "topic");
const handles: number[] = [];
try {
  for (;;) handles.push(listenMessages({ title: "failing" }).handle);
} catch (error) {
  say(message(error as Error));
}
say(`opened ${handles.length > 0 && handles.every((handle) => handle !== 0)}`);
// The program does not know yet, and nothing waits for the thread.
talk.close();
say(await received);
await server[Symbol.asyncDispose]();
say(errors.map((error) => message(error as Error)).join());

await using listener = listenMessages({ title });
say("ready");
say((await listener.receive()).tag);
