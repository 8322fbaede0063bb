/** Faults of the other side as a table: what it does wrong, and what we see. */

import { assert, assertEquals } from "@std/assert";
import { uniqueName } from "../helpers/names.ts";
import { type Peer, startScript } from "../helpers/peer.ts";
import { handleCount } from "../helpers/process_stats.ts";

/** What a cell has at hand. */
export interface Scene {
  /** A name that the other side uses, too. */
  readonly name: string;
  /** Tells the other side to do `deed`, and waits until it has come so far. */
  does(deed: string): Promise<void>;
  /** Kills the other side, from outside and without a word. */
  kill(): Promise<void>;
}

/** One fault. */
export interface Cell {
  /** What the other side does. */
  readonly fault: string;
  /** Whether it dies of it, or hangs: it then has a process of its own. */
  readonly dies?: true;
  /** Lets it happen, and tells what was seen of it here. */
  run(scene: Scene): Promise<string>;
  /** What must be seen. */
  readonly seen: string;
}

/** How many processes at a time. */
const LANES = 3;
/** Deno's own threads come and go with some handles each. */
const NOISE = 24;
const PEER = new URL("./peer.ts", import.meta.url);

/** Tests a mechanism: each cell is a line of the output. */
export function matrix(mechanism: string, cells: readonly Cell[]): void {
  Deno.test(`faults of the other side: ${mechanism}`, async () => {
    const before = handleCount();
    const lines: string[] = [];
    const queue = [cells.filter(({ dies }) => !dies)]
      .concat(cells.filter(({ dies }) => dies).map((cell) => [cell]));
    const lane = async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        if (next.length === 0) continue;
        await using peer = startScript(PEER);
        for (const cell of next) {
          const seen = await played(cell, peer);
          lines.push(`${mechanism}: ${cell.fault}: ${seen}`);
        }
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    const grown = handleCount() - before;
    // deno-lint-ignore no-console -- the table, one line a cell.
    console.log([...lines.sort(), `${lines.length} faults`].join("\n"));
    assertEquals(
      lines,
      cells.map(({ fault, seen }) => `${mechanism}: ${fault}: ${seen}`).sort(),
    );
    assert(grown < NOISE, `${grown} handles more than before`);
  });
}

async function played(cell: Cell, peer: Peer): Promise<string> {
  const name = uniqueName();
  try {
    return await cell.run({
      name,
      async does(deed) {
        await peer.tell(`${name} ${deed}`);
        await peer.says(`did ${deed}`);
      },
      kill: () => peer.kill(),
    });
  } catch (error) {
    return `unexpected ${error}`;
  }
}

/** How a promise ends: by its value as text, or the error's name. */
export async function ended(
  promise: Promise<unknown>,
  asText: (value: never) => string = String,
): Promise<string> {
  try {
    return asText(await promise as never);
  } catch (error) {
    return (error as Error).name;
  }
}
