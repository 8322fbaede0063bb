import {
  createSharedMemory,
  type FileMapping,
  mapFile,
  openSharedMemory,
} from "../../../mod.ts";
import { text } from "../../support/names.ts";
import "../../support/native.ts";
import { type Cell, ended, matrix, type Scene } from "./matrix.ts";

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

/** What is read of a file whose other process has done something to it. */
function mapped(
  does: Scene["does"],
  action: string,
  after: (path: string) => unknown = () => {},
): Promise<string> {
  return withFile(async (path) => {
    using mapping = mapFile(path);
    await does(action, path);
    await after(path);
    return await ended(Promise.try(() => text(mapping.read(0, 5))));
  });
}

/** Whether a file can be mapped that the other process has done something to. */
function mappedAfter(does: Scene["does"], action: string): Promise<string> {
  return withFile(async (path) => {
    await does(action, path);
    const mapping = Promise.try(() => mapFile(path));
    return await ended(mapping, (mapping: FileMapping) => {
      using _mapping = mapping;
      return text(mapping.read(0, 3));
    });
  });
}

const OF_FILES: readonly Cell[] = [
  {
    fault: "the file is shortened while we have it mapped",
    run: ({ does }) => mapped(does, "file shorten"),
    // Windows refuses to shorten what is mapped.
    seen: "somet",
  },
  {
    fault: "the file is shortened before we map it",
    run: ({ does }) => mappedAfter(does, "file shorten"),
    seen: "som",
  },
  {
    fault: "the file is removed while we have it mapped",
    run: ({ does }) => mapped(does, "file remove"),
    seen: "somet",
  },
  {
    fault: "the file is removed before we map it",
    run: ({ does }) => mappedAfter(does, "file remove"),
    seen: "NotFound",
  },
  {
    fault: "another has the file for itself",
    dies: true,
    run: ({ does }) => mappedAfter(does, "file take"),
    seen: "Busy",
  },
  {
    fault: "who had the file for itself dies",
    dies: true,
    run: ({ does, kill }) =>
      withFile(async (path) => {
        await does("file take", path);
        await kill();
        using mapping = mapFile(path);
        return text(mapping.read());
      }),
    seen: "something",
  },
  {
    fault: "another writes into the file and dies while we have it mapped",
    dies: true,
    run: ({ does, kill }) => mapped(does, "file write", kill),
    seen: "whole",
  },
  {
    fault: "others map, write and close the file in a loop",
    run: ({ does }) =>
      withFile(async (path) => {
        using mapping = mapFile(path);
        await does("file loop", path);
        return String(mapping.read(0, 1)[0]);
      }),
    seen: "59",
  },
];

matrix("file mapping", OF_FILES);
