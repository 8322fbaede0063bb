/** The common cells of the table, with Node's http as the server. */

import { assertEquals } from "@std/assert";
import { createPipeClient, pipeFetch } from "../../mod.ts";
import { uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { testWith } from "../support/partners.ts";
import {
  type Cell,
  cellsOf,
  hasBody,
  isRepeated,
  log,
  outcomeOf,
  requestBody,
  timeOf,
} from "./cells.ts";
import { node } from "./helpers.ts";

const nodeTest = testWith("node");

interface Situation {
  readonly applies?: (cell: Cell) => boolean;
  readonly large?: boolean;
  readonly outcome: (cell: Cell) => string;
  /** Whether a kept connection makes some requests go twice. */
  readonly repeats?: boolean;
}

const SITUATIONS: Record<string, Situation> = {
  ok: { outcome: ({ method }) => method === "HEAD" ? "200 " : "200 hello" },
  before: { outcome: () => "BrokenPipe", repeats: true },
  middle: {
    applies: ({ method }) => method !== "HEAD",
    outcome: () => "UnexpectedEof",
  },
  behind: { outcome: ({ method }) => method === "HEAD" ? "200 " : "200 hello" },
  early: { applies: hasBody, large: true, outcome: () => "413 no" },
  never: { outcome: () => "reason" },
};

nodeTest(
  "pipeFetch() holds the table of exchanges with Node's http",
  async () => {
    const name = uniqueName();
    await using server = node("node_cells", `\\\\.\\pipe\\${name}`);
    await server.says("ready");
    let id = 0;
    for (const [what, situation] of Object.entries(SITUATIONS)) {
      const { applies, large = false, repeats = false } = situation;
      let slowest = 0;
      let cells = 0;
      const exchange = async (cell: Cell) => {
        id++;
        const { method, body, connection } = cell;
        await using pipe = createPipeClient(name);
        if (connection === "kept") {
          await (await pipeFetch("http://./first", { pipe })).text();
        }
        const over = new AbortController();
        const reason = new Error("enough");
        const since = performance.now();
        const asked = outcomeOf(() =>
          pipeFetch(`http://./${what}/${id}`, {
            pipe,
            method,
            body: requestBody(body, large),
            signal: over.signal,
          }), reason);
        if (what === "never") {
          await server.says("asked");
          over.abort(reason);
        }
        const outcome = await asked;
        const took = performance.now() - since;
        const later = performance.now();
        const seen = await pipeFetch(`http://./seen/${id}`, { pipe });
        const plain = performance.now() - later;
        const label = `${what} ${JSON.stringify(cell)} took ${
          Math.round(took)
        } ms`;
        assertEquals([outcome, await seen.text()], [
          situation.outcome(cell),
          repeats && isRepeated(cell) ? "2" : "1",
        ], label);
        return { took, plain };
      };
      for (const cell of cellsOf(applies)) {
        slowest = Math.max(slowest, await timeOf(() => exchange(cell)));
        cells++;
      }
      log(
        `Node, ${what}: ${cells} cells, the slowest ${Math.round(slowest)} ms`,
      );
    }
  },
);
