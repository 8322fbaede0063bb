import {
  connectDde,
  type DdeConversation,
  type DdePoke,
  serveDde,
} from "../../../mod.ts";
import "../../support/native.ts";
import { type Cell, ended, matrix, type Scene } from "./matrix.ts";

/** A conversation of ours, with a server of the other side. */
async function conversation(
  { name, does }: Scene,
  use: (conversation: DdeConversation) => Promise<string>,
): Promise<string> {
  await does("dde serve");
  await using conversation = await connectDde(name, "topic");
  return await use(conversation);
}

/** A server of ours, whose item "slow" is answered when `use` does. */
async function served(
  { name }: Scene,
  use: (
    taken: readonly (string | undefined)[],
    come: Promise<void>,
    answer: (value: string) => void,
  ) => Promise<string>,
): Promise<string> {
  const taken: (string | undefined)[] = [];
  const { promise: come, resolve: arrived } = Promise.withResolvers<void>();
  const { promise, resolve: answer } = Promise.withResolvers<string>();
  const request = () => {
    arrived();
    return promise;
  };
  const poke = ({ text }: DdePoke) => void taken.push(text);
  await using _server = serveDde(name, {
    topics: {
      topic: {
        items: { item: "whole", slow: { request }, taken: { poke } },
      },
    },
  });
  return await use(taken, come, answer);
}

/** What the next client of our server gets. */
async function asked({ name }: Scene): Promise<string> {
  await using talk = await connectDde(name, "topic");
  return (await talk.request("item", { timeout: 20_000 })).text!;
}

const CELLS: readonly Cell[] = [
  {
    fault: "a server dies before we connect",
    dies: true,
    async run({ name, does, kill }) {
      await does("dde serve");
      await kill();
      return await ended(connectDde(name, "topic"));
    },
    seen: "NotFound",
  },
  {
    fault: "a server dies while it answers",
    dies: true,
    run: (scene) =>
      conversation(scene, async (talk) => {
        const asking = ended(talk.request("slow", { timeout: 60_000 }));
        await scene.kill();
        return await asking;
      }),
    seen: "BrokenPipe",
  },
  {
    fault: "a server never answers",
    dies: true,
    run: (scene) =>
      conversation(scene, async (talk) => {
        return await ended(talk.request("slow", { timeout: 100 }));
      }),
    seen: "TimeoutError",
  },
  {
    fault: "a server ends between our requests",
    run: (scene) =>
      conversation(scene, async (talk) => {
        const { text } = await talk.request("item");
        await scene.does("dde end");
        return `${text}, then ${await ended(talk.request("item"))}`;
      }),
    seen: "whole, then BrokenPipe",
  },
  {
    fault: "a server answers late",
    run: (scene) =>
      conversation(scene, async (talk) => {
        const asking = ended(talk.request("late", { timeout: 100 }));
        const first = await asking;
        await scene.does("dde answer");
        return `${first}, then ${(await talk.request("item")).text}`;
      }),
    seen: "TimeoutError, then whole",
  },
  {
    fault: "a client dies before it asks",
    dies: true,
    run: (scene) =>
      served(scene, async () => {
        await scene.does("dde connect");
        await scene.kill();
        return await asked(scene);
      }),
    seen: "whole",
  },
  {
    fault: "a client dies after it has poked",
    dies: true,
    run: (scene) =>
      served(scene, async (taken) => {
        await scene.does("dde connect");
        await scene.does("dde poke");
        await scene.kill();
        return `${taken.join()}, ${await asked(scene)}`;
      }),
    seen: "whole, whole",
  },
  {
    fault: "a client dies while we answer it",
    dies: true,
    run: (scene) =>
      served(scene, async (_taken, come, answer) => {
        await scene.does("dde connect");
        await scene.does("dde ask");
        await come;
        await scene.kill();
        answer("to nobody");
        return await asked(scene);
      }),
    seen: "whole",
  },
  {
    fault: "clients come and go in a loop",
    run: (scene) =>
      served(scene, async () => {
        await scene.does("dde loop");
        return await asked(scene);
      }),
    seen: "whole",
  },
  {
    fault: "a client sends garbage",
    dies: true,
    run: (scene) =>
      served(scene, async () => {
        await scene.does("dde garbage");
        return await asked(scene);
      }),
    seen: "whole",
  },
];

matrix("DDE", CELLS);
