import { createEvent, listObjects } from "../../../mod.ts";
import "../../support/native.ts";
import { type Cell, matrix } from "./matrix.ts";

/** How often the list is taken while others come and go. */
const LISTS = 20;

/** The objects whose names contain the text. */
function found(pattern: string): string {
  return listObjects({ pattern, folders: ["local"] }).objects
    .map(({ kind }) => kind).join() || "none";
}

const CELLS: readonly Cell[] = [
  {
    fault:
      "the other side dies with a mutex, and with an event that we have open",
    dies: true,
    async run({ name, does, kill }) {
      await does("mutex lock");
      const before = found(name);
      await does("event create", `${name}.event`);
      using _ours = createEvent(`${name}.event`);
      await kill();
      return `${before}, then ${found(name)}`;
    },
    seen: "mutex, then event",
  },
  {
    fault: "objects come and go while we list",
    async run({ name, does }) {
      using _ours = createEvent(name);
      const looping = does("event loop", `${name}.other`);
      const lists = new Set<boolean>();
      for (let i = 0; i < LISTS; i++) {
        lists.add(found(name).includes("event"));
        await new Promise((resolve) => setTimeout(resolve));
      }
      await looping;
      return `${[...lists]}, then ${found(name)}`;
    },
    seen: "true, then event",
  },
];

matrix("named objects", CELLS);
