import { connectDde, type DdeConversation } from "../../mod.ts";
import "../helpers/native.ts";
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
];

matrix("DDE", CELLS);
