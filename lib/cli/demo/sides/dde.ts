import { connectDde, serveDde } from "../../../dde/mod.ts";
import { type Side, sides } from "./side.ts";
import { abortable } from "../../connection/abort.ts";

const SERVICE = "winipc";
const TOPIC = "demo";
const ITEM = "text";

export const run = sides(serve, watch);

async function serve(side: Side): Promise<void> {
  const service = side.name(SERVICE);
  const { signal } = side.idle;
  const watched = Promise.withResolvers<void>();
  await using server = serveDde(service, {
    topics: { [TOPIC]: { items: { [ITEM]: "" } } },
    onAdvise: () => watched.resolve(),
  });
  await side.did("created", service);
  side.ready(service);
  await abortable(watched.promise, signal);
  for await (const line of side.lines(signal)) {
    await side.send(service, line, (text) => {
      server.publish(TOPIC, ITEM, side.text(text));
      return Promise.resolve();
    });
    side.idle.progress();
  }
  await side.did("closed", service);
}

async function watch(side: Side): Promise<void> {
  const { common, wait } = side;
  const service = side.name(SERVICE);
  await using conversation = await connectDde(service, TOPIC, wait);
  await using advice = await conversation.advise(ITEM, wait);
  await side.did("opened", service);
  for (let count = 0; count < common.count; count++) {
    try {
      const { data } = await advice.receive({ signal: side.idle.signal });
      await side.received(service, side.bytes(data?.text ?? ""));
    } catch (error) {
      // a has ended.
      if (error instanceof Deno.errors.BrokenPipe) break;
      throw error;
    }
    side.idle.progress();
  }
  await side.did("closed", service);
}
