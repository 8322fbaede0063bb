/** Faults of the other side as a table: what it does wrong, and what we see. */

import { assertEquals } from "@std/assert";
import { assertNoHandlesLeft } from "../../support/handles.ts";
import { uniqueName } from "../../support/names.ts";
import { type Peer, startScript } from "../../support/peer.ts";
import { settled } from "../../support/settled.ts";

/** What a cell has at hand. */
export interface Scene {
  /** A name that the other side uses, too. */
  readonly name: string;
  /** Makes the other side do `action`, waits until it has come so far, and returns its text. */
  does(action: string, name?: string): Promise<string>;
  /** Kills the other side, from outside and without a word. */
  kill(): Promise<void>;
  /** Lets the other side end itself as a crash does: for those with sockets, see `crash()`. */
  crash(): Promise<void>;
}

/** One fault. */
export interface Cell {
  /** What the other side does. */
  readonly fault: string;
  /** Whether it dies of it, or hangs: it then has a process of its own. */
  readonly dies?: true;
  /** Lets it happen, and returns what was seen of it here. */
  run(scene: Scene): Promise<string>;
  /** What must be seen. */
  readonly seen: string;
}

/** How many processes at a time, where they are not in each other's way. */
const WORKERS = 3;
/** A thread that Deno keeps has so many handles. */
const HANDLES_OF_A_THREAD = 2;
/** So many may come late, whatever ran: less than one for each cell. */
const LATE = 2;
/** A cell takes seconds, on a busy machine; one that hangs is named by its line. */
const LIMIT = 120_000;
const PEER = new URL("./peer.ts", import.meta.url);

/**
 * Tests a mechanism: each cell is a line of the output. All run until a
 * round leaves hardly a handle more behind than the one before.
 */
export function matrix(
  mechanism: string,
  cells: readonly Cell[],
  { workers = WORKERS } = {},
): void {
  Deno.test(`faults of the other side: ${mechanism}`, async () => {
    const lines = await runAll(mechanism, cells, workers);
    // deno-lint-ignore no-console -- the table, one line a cell.
    console.log([...lines, `${lines.length} faults`].join("\n"));
    assertEquals(
      lines,
      cells.map(({ fault, seen }) => `${mechanism}: ${fault}: ${seen}`).sort(),
    );
    const grown = await assertNoHandlesLeft(
      async () => assertEquals(await runAll(mechanism, cells, workers), lines),
      [handlesAtRest],
      LATE,
    );
    // deno-lint-ignore no-console -- what the rounds have left behind.
    console.log(`${mechanism}: handles more, round by round: ${grown}`);
  });
}

/** Those of what was opened, without the threads that Deno starts and ends as it likes. */
async function handlesAtRest(): Promise<number> {
  const { handles, threads } = await settled();
  return handles - HANDLES_OF_A_THREAD * threads;
}

/** What was seen, cell by cell. */
async function runAll(
  mechanism: string,
  cells: readonly Cell[],
  workers: number,
): Promise<string[]> {
  const lines: string[] = [];
  const queue = [cells.filter(({ dies }) => !dies)]
    .concat(cells.filter(({ dies }) => dies).map((cell) => [cell]));
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if (next.length === 0) continue;
      await using peer = startScript(PEER);
      for (const cell of next) {
        const seen = await runWithLimit(cell, peer);
        lines.push(`${mechanism}: ${cell.fault}: ${seen}`);
      }
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
  return lines.sort();
}

async function runWithLimit(cell: Cell, peer: Peer): Promise<string> {
  const name = uniqueName();
  const { promise: hangs, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(() => resolve("hangs"), LIMIT);
  try {
    return await Promise.race([hangs, run(cell, name, peer)]);
  } finally {
    clearTimeout(timer);
  }
}

async function run(cell: Cell, name: string, peer: Peer): Promise<string> {
  try {
    return await cell.run({
      name,
      async does(action, other = name) {
        await peer.send(`${other}: ${action}`);
        const [did, words] = (await peer.line()).split(/: ?(.*)/);
        assertEquals(did, `did ${action}`);
        return words ?? "";
      },
      kill: () => peer.kill(),
      async crash() {
        await peer.send(`${name}: crash`);
        await peer.ended();
      },
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
