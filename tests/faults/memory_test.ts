import { createSharedMemory, mapFile, openSharedMemory } from "../../mod.ts";
import { text } from "../helpers/names.ts";
import "../helpers/native.ts";
import { type Cell, ended, matrix } from "./matrix.ts";

async function withFile(
  use: (path: string) => Promise<string>,
): Promise<string> {
  const path = await Deno.makeTempFile({ prefix: "winipc-test-" });
  await Deno.writeTextFile(path, "something");
  try {
    return await use(path);
  } finally {
    await Deno.remove(path).catch(() => {});
  }
}

const CELLS: readonly Cell[] = [
  {
    fault: "the creator of shared memory dies while we have it",
    dies: true,
    async run({ name, does, kill }) {
      await does("memory create");
      using memory = openSharedMemory(name);
      await kill();
      return text(memory.read(0, 5));
    },
    seen: "whole",
  },
  {
    fault: "the creator of shared memory dies before we open it",
    dies: true,
    async run({ name, does, kill }) {
      await does("memory create");
      await kill();
      const opening = new Promise((resolve) => resolve(openSharedMemory(name)));
      return await ended(opening);
    },
    seen: "NotFound",
  },
  {
    fault: "others open, write and close shared memory in a loop",
    async run({ name, does }) {
      using memory = createSharedMemory(name, { size: 64 });
      await does("memory loop");
      return String(memory.read(0, 1)[0]);
    },
    seen: "59",
  },
];

matrix("shared memory", CELLS);

Deno.test("faults of the other side: file mapping: the file is shortened or removed", async () => {
  // On Windows a mapped file cannot be shortened; Wine lets it happen, and what
  // is gone is told instead of ending the process.
  const seen = await withFile(async (path) => {
    using mapping = mapFile(path);
    await Deno.truncate(path, 3).catch(() => {});
    try {
      return text(mapping.read(0, 3));
    } catch (error) {
      return (error as Error).name;
    }
  });
  // deno-lint-ignore no-console -- the table, one line a cell.
  console.log(`file mapping: the file is shortened: ${seen}`);
  if (!["som", "UnexpectedEof"].includes(seen)) throw new Error(seen);
});
