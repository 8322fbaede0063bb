import { createRing, openRing, type RingConsumer } from "../../../mod.ts";
import { bytes, pattern, text } from "../../support/names.ts";
import "../../support/native.ts";
import { type Cell, ended, matrix, type Scene } from "./matrix.ts";

const CAPACITY = 1000;
const SHORT = { timeout: 50 };

function next(consumer: RingConsumer): Promise<string> {
  return ended(
    consumer.read({ timeout: 20_000 }),
    (message: Uint8Array | null) => message === null ? "end" : text(message),
  );
}

/** A consumer of ours, with the producer of the other side. */
async function consumes(
  { name, does }: Scene,
  use: (consumer: RingConsumer) => Promise<string>,
): Promise<string> {
  await using consumer = createRing(name, {
    capacity: CAPACITY,
    role: "consumer",
  });
  await does("ring produce");
  return await use(consumer);
}

const CELLS: readonly Cell[] = [
  {
    fault: "the producer dies while we wait",
    dies: true,
    run: (scene) =>
      consumes(scene, async (consumer) => {
        const reading = next(consumer);
        await scene.kill();
        return await reading;
      }),
    seen: "BrokenPipe",
  },
  {
    fault: "the producer dies after its message",
    dies: true,
    run: (scene) =>
      consumes(scene, async (consumer) => {
        await scene.does("ring write");
        await scene.kill();
        return `${await next(consumer)}, then ${await next(consumer)}`;
      }),
    seen: "whole, then BrokenPipe",
  },
  {
    fault: "the producer closes after its message",
    run: (scene) =>
      consumes(scene, async (consumer) => {
        await scene.does("ring write");
        await scene.does("ring close");
        return `${await next(consumer)}, then ${await next(consumer)}`;
      }),
    seen: "whole, then end",
  },
  {
    fault: "the producer writes late",
    run: (scene) =>
      consumes(scene, async (consumer) => {
        const first = await ended(consumer.read(SHORT));
        await scene.does("ring write");
        return `${first}, then ${await next(consumer)}`;
      }),
    seen: "TimeoutError, then whole",
  },
  {
    fault: "the producer writes half a message, with a length that cannot be",
    run: (scene) =>
      consumes(scene, async (consumer) => {
        await scene.does("ring half");
        return await next(consumer);
      }),
    seen: "InvalidData",
  },
  {
    fault: "the producer scribbles over its message",
    run: (scene) =>
      consumes(scene, async (consumer) => {
        await scene.does("ring write");
        await scene.does("ring scribble");
        return await next(consumer);
      }),
    seen: "InvalidData",
  },
  {
    fault: "the consumer dies before it reads",
    dies: true,
    async run({ name, does, kill }) {
      await using producer = createRing(name, { capacity: CAPACITY });
      await does("ring consume");
      await kill();
      const writing = async () => {
        for (;;) await producer.write(pattern(100), { timeout: 20_000 });
      };
      return await ended(writing());
    },
    seen: "BrokenPipe",
  },
  {
    fault: "the consumer never reads",
    async run({ name, does }) {
      await using producer = createRing(name, { capacity: CAPACITY });
      await does("ring consume");
      await producer.write(pattern(CAPACITY));
      return await ended(producer.write(bytes("more"), SHORT));
    },
    seen: "TimeoutError",
  },
  {
    fault: "the consumer closes",
    async run({ name, does }) {
      await using producer = createRing(name, { capacity: CAPACITY });
      await does("ring consume");
      await does("ring close");
      return await ended(producer.write(bytes("more")));
    },
    seen: "BrokenPipe",
  },
  {
    fault: "the creator dies before we open its ring",
    dies: true,
    async run({ name, does, kill }) {
      await does("ring create");
      await kill();
      return await ended(openRing(name));
    },
    seen: "NotFound",
  },
  {
    fault: "the creator dies after its message, while we have its ring",
    dies: true,
    async run({ name, does, kill }) {
      await does("ring create");
      await using consumer = await openRing(name);
      await kill();
      return `${await next(consumer)}, then ${await next(consumer)}`;
    },
    seen: "whole, then BrokenPipe",
  },
  {
    fault: "others create and close a ring in a loop",
    async run({ name, does }) {
      await does("ring loop");
      await using producer = createRing(name, { capacity: CAPACITY });
      await using consumer = await openRing(name);
      await producer.write(bytes("its name is free"));
      return await next(consumer);
    },
    seen: "its name is free",
  },
  {
    fault: "a second producer tries to get in, in a loop",
    run: (scene) =>
      consumes(scene, async (consumer) => {
        const refused = await scene.does("ring intrude");
        await scene.does("ring write");
        return `${refused}, ${await next(consumer)}`;
      }),
    seen: "60 times refused, whole",
  },
];

matrix("ring", CELLS);
