import { assertEquals } from "@std/assert";
import {
  type AdvisingConversation,
  ServerAdviseLoops,
} from "../../lib/dde/server_advise_loops.ts";
import type { DdeRequest } from "../../lib/dde/wire/protocol.ts";
import { connectDde, serveDde } from "../../mod.ts";
import { uniqueName } from "../support/names.ts";
import "../support/native.ts";

const CF_TEXT = 1;
const CF_UNICODETEXT = 13;

type Data = Uint8Array | undefined;

/** Loops of an acknowledging client, in a conversation that only records. */
function loopsFor(render: (format: string) => Data | Promise<Data>) {
  const sent: number[][] = [];
  const window = {
    request(request: DdeRequest) {
      if (request.type !== "dde update") return;
      sent.push([request.data!.format, ...request.data!.bytes]);
    },
  };
  const loops = new ServerAdviseLoops(
    {
      window,
      handle: 1n,
      topic: { item: () => undefined },
      render: async (_item: string, format: string) => await render(format),
      report(error: unknown) {
        throw error;
      },
    } as unknown as AdvisingConversation,
  );
  const start = (format: number) =>
    loops.start({
      asked: "advise",
      item: "item",
      format,
      warm: false,
      acknowledging: true,
    });
  return { loops, start, sent };
}

/** Lets everything run that waits for no event. */
async function turn(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}

Deno.test("publish() sends the changes of an item with a slow handler in order", async () => {
  const service = uniqueName("dde");
  const first = Promise.withResolvers<string>();
  const values = [first.promise, "new"];
  await using server = serveDde(service, {
    topics: {
      topic: {
        items: { item: { request: () => values.shift() }, other: "before" },
      },
    },
  });
  await using talk = await connectDde(service, "topic");
  await using changes = await talk.advise("item");
  await using others = await talk.advise("other");
  for (let i = 0; i < 2; i++) server.publish("topic", "item");
  server.publish("topic", "other", "after");
  // What the server has sent before has arrived as well.
  assertEquals((await others.receive()).data?.text, "after");
  first.resolve("old");
  const texts = [await changes.receive(), await changes.receive()]
    .map(({ data }) => data?.text);
  assertEquals(texts, ["old", "new"]);
});

Deno.test("a change is not lost while the handler has nothing to give", async () => {
  const nothing = Promise.withResolvers<Data>();
  const values = [nothing.promise, new Uint8Array([7])];
  const { loops, start, sent } = loopsFor(() => values.shift());
  start(CF_TEXT);
  loops.changed("item");
  loops.changed("item");
  nothing.resolve(undefined);
  await turn();
  assertEquals(sent, [[CF_TEXT, 7]]);
});

Deno.test("an acknowledgement belongs to an update that was sent", async () => {
  const slow = Promise.withResolvers<Data>();
  let value = 1;
  const { loops, start, sent } = loopsFor((format) =>
    format === "CF_TEXT" && value === 1 ? slow.promise : new Uint8Array([value])
  );
  start(CF_TEXT);
  start(CF_UNICODETEXT);
  loops.changed("item");
  await turn();
  assertEquals(sent.splice(0), [[CF_UNICODETEXT, 1]]);
  loops.acknowledged("item");
  value = 2;
  slow.resolve(new Uint8Array([1]));
  await turn();
  assertEquals(sent.splice(0), [[CF_TEXT, 1]]);
  loops.changed("item");
  await turn();
  // The first update is not yet acknowledged.
  assertEquals(sent.splice(0), [[CF_UNICODETEXT, 2]]);
  loops.acknowledged("item");
  await turn();
  assertEquals(sent.splice(0), [[CF_TEXT, 2]]);
});
