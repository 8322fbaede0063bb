/** What stands ready for the trials, in the process of the test. */

import {
  createEvent,
  createMailslot,
  createMutex,
  createSemaphore,
  createSharedMemory,
  listenMessages,
  listenPipe,
  listenSocket,
  type PipeListener,
} from "../../../mod.ts";
import { bytes, uniqueName } from "../../support/names.ts";
import type { Ready } from "./trials.ts";

/** Opens everything, and closes it at the end. */
export async function makeReady(): Promise<Ready & AsyncDisposable> {
  const stack = new AsyncDisposableStack();
  const name = uniqueName();
  stack.use(createMailslot(name));
  stack.use(createMutex(`${name}.mutex`));
  stack.use(createSemaphore(`${name}.semaphore`, { max: 1 }));
  stack.use(
    createEvent(`${name}.event`, { manualReset: true, set: true }),
  );
  stack.use(createSharedMemory(`${name}.memory`, { size: 64 }));
  stack.use(listenMessages({ title: name }, () => 1));
  const socket = stack.use(await listenSocket());
  const file = await Deno.makeTempFile({ prefix: "winipc-test-" });
  await Deno.writeTextFile(file, "something to map");
  stack.defer(async () => {
    for (const path of [file, `${file}.calls`]) {
      await Deno.remove(path).catch(() => {});
    }
  });
  answer(stack.use(listenPipe(name, { mode: "message" })), (message) => {
    return message;
  });
  answer(stack.use(listenPipe(`${name}.http`, { mode: "byte" })), () => {
    return bytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  });
  return {
    name,
    file,
    pid: Deno.pid,
    port: socket.local.port,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function answer(
  listener: PipeListener,
  answerTo: (message: Uint8Array) => Uint8Array,
): Promise<void> {
  for await (const connection of listener) {
    const serve = async () => {
      await using client = connection;
      const buffer = new Uint8Array(4096);
      for (;;) {
        const length = await client.read(buffer);
        if (length === null) return;
        await client.write(answerTo(buffer.slice(0, length)));
      }
    };
    // Clients come and go as they like.
    serve().catch(() => {});
  }
}
