/**
 * Round trips through memory, which does not announce changes: an event does,
 * for each direction.
 *
 * @module
 */
import {
  createEvent,
  createSharedMemory,
  type EventObject,
  mapFile,
  openSharedMemory,
  waitFor,
} from "../../../mod.ts";
import { DemoFile } from "./file.ts";
import {
  type Answering,
  type Asking,
  expectAnswer,
  MESSAGE,
  type Round,
  SIZE,
} from "./ping_pong.ts";

/** Through a section. */
export const shm: Round = {
  async answer({ name, signal, ready }) {
    using memory = createSharedMemory(name, { size: 2 * SIZE });
    await echoIn(memory, { name, signal, ready, where: name });
  },
  ask({ where, signal, stack }) {
    const memory = stack.use(openSharedMemory(where));
    return Promise.resolve(
      askIn(memory, { where, name: where, signal, stack }),
    );
  },
};

/** Through a file that both sides map. */
export const map: Round = {
  async answer({ name, signal, ready }) {
    await using file = await DemoFile.create(new Uint8Array(2 * SIZE));
    using mapping = mapFile(file.path, { access: "read-write" });
    await echoIn(mapping, {
      name,
      signal,
      ready,
      where: `${name}|${file.path}`,
    });
  },
  ask({ where, signal, stack }) {
    const [name = "", path = ""] = where.split("|");
    const mapping = stack.use(mapFile(path, { access: "read-write" }));
    return Promise.resolve(askIn(mapping, { where, name, signal, stack }));
  },
};

interface Memory {
  read(offset: number, length: number): Uint8Array;
  write(bytes: Uint8Array, offset?: number): void;
}

function eventsOf(name: string): [there: EventObject, back: EventObject] {
  return [createEvent(`${name}-there`), createEvent(`${name}-back`)];
}

async function echoIn(
  memory: Memory,
  { name, where, signal, ready }: Answering & { where: string },
): Promise<void> {
  const [there, back] = eventsOf(name);
  using _there = there;
  using _back = back;
  ready(where);
  for (;;) {
    await waitFor(there, { signal });
    memory.write(memory.read(0, SIZE), SIZE);
    back.set();
  }
}

function askIn(
  memory: Memory,
  { name, signal, stack }: Asking & { name: string },
): () => Promise<void> {
  const [there, back] = eventsOf(name);
  stack.use(there);
  stack.use(back);
  return async () => {
    memory.write(MESSAGE);
    there.set();
    await waitFor(back, { signal });
    expectAnswer(memory.read(SIZE, SIZE));
  };
}
