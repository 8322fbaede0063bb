/** Pipe messages that another process writes, gives up, and leaves behind. */

import { assert } from "@std/assert";
import { listenPipe, type PipeConnection } from "../../../mod.ts";
import { uniqueName } from "../../support/names.ts";
import "../../support/native.ts";
import { startScript } from "../../support/peer.ts";
import { CASES, reportCases } from "./cases.ts";
import { logSeed, SEED } from "./random.ts";

const WHAT = "pipe messages of another process";
const CLIENTS = 400;
const MESSAGES = CASES[WHAT] / CLIENTS;
const LIMIT = 50_000;
const HEAD = 4;
const seedNote = `seed ${SEED}`;

Deno.test(`pipe messages: ${CASES[WHAT]} of another process, the last ones aborted half way, are whole or refused`, async () => {
  logSeed(WHAT);
  const name = uniqueName();
  await using listener = listenPipe(name, {
    mode: "message",
    inputBuffer: 4096,
  });
  const url = new URL("./abandoning.ts", import.meta.url);
  await using peer = startScript(url, [name, SEED, CLIENTS, MESSAGES]);
  // A connection has a time limit, the start of a process has none.
  await peer.says("ready");
  const seen = { whole: 0, tooLong: 0, halves: 0 };
  for (let i = 0; i < CLIENTS; i++) {
    await using server = await listener.accept({ timeout: 30_000 });
    while (await readOne(server, seen));
  }
  const written = Number(await peer.line());
  // deno-lint-ignore no-console -- what was seen of them.
  console.log(`${written} written whole; ${JSON.stringify(seen)}`);
  // What was written whole has come, or was seedNote to be too long.
  assert(seen.whole + seen.tooLong >= written, seedNote);
  assert(seen.whole > 0 && seen.tooLong > 0, seedNote);
  reportCases(WHAT, CLIENTS * MESSAGES);
});

/** Reads a message; false at the end. */
async function readOne(
  server: PipeConnection,
  seen: { whole: number; tooLong: number; halves: number },
): Promise<boolean> {
  try {
    const options = { maxSize: LIMIT, timeout: 30_000 };
    const message = await server.readMessage(options);
    if (message === null) return false;
    const { buffer, byteOffset, byteLength } = message;
    const size = new DataView(buffer, byteOffset).getUint32(0, true);
    const rest = message.subarray(HEAD);
    // Nothing is cut off, and nothing of another message is in it.
    assert(
      rest.every((byte, i) => byte === (rest[0]! + i * 7 & 255)),
      seedNote,
    );
    assert(byteLength === HEAD + size, seedNote);
    seen.whole++;
  } catch (error) {
    if (error instanceof Deno.errors.InvalidData) seen.tooLong++;
    else if (error instanceof Deno.errors.UnexpectedEof) seen.halves++;
    else throw error;
  }
  return true;
}
