import { handleValue } from "../../../anonymous_pipe/mod.ts";
import {
  createSharedMemory,
  openSharedMemory,
} from "../../../shared_memory/mod.ts";
import type { Environment } from "../../environment.ts";
import { type Side, sides } from "./side.ts";
import { abortableItems } from "../../connection/abort.ts";
import { linesOf } from "../../text/lines.ts";
import { hold, textBytes, wholeName } from "../../commands/shm/shared.ts";

const NAME = "ShareMemory";
const SIZE = 4096;
const TEXT = "Shine";
const DEFAULT_HOLD = 20_000;

export const run = sides(create, open);

async function create(side: Side): Promise<void> {
  const bare = side.name(NAME);
  const name = wholeName(bare);
  using memory = createSharedMemory(bare, { size: SIZE, createNew: true });
  await side.did("created", name, { handle: handleValue(memory) });
  const text = side.bytes(`${TEXT}\0`);
  await side.send(name, text, (bytes) => {
    memory.write(bytes);
    return Promise.resolve();
  });
  side.ready(name);
  await waitForLine(side.command.hold ?? DEFAULT_HOLD, side.env);
  await side.did("closed", name);
}

/**
 * Waits for a number of ms, or for a line of stdin; the end of stdin is not a
 * line.
 */
async function waitForLine(ms: number, env: Environment): Promise<void> {
  const over = new AbortController();
  const signal = AbortSignal.any([env.signal, over.signal]);
  try {
    await Promise.race([hold(ms, signal), line(env, signal)]);
  } finally {
    over.abort();
  }
}

async function line(env: Environment, signal: AbortSignal): Promise<void> {
  const lines = abortableItems(linesOf(env.stdin), signal);
  if (!(await lines.next()).done) return;
  await new Promise<never>(() => {});
}

async function open(side: Side): Promise<void> {
  const bare = side.name(NAME);
  const name = wholeName(bare);
  using memory = openSharedMemory(bare, { access: "read" });
  await side.did("opened", name, { handle: handleValue(memory) });
  const { encoding } = side.common;
  await side.received(name, await textBytes(memory, 0, encoding));
  await side.did("closed", name);
}
