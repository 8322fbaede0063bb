/** Calls that another side answers, and waits for one of several. */

import {
  callPipe,
  connectDde,
  connectPipe,
  connectRpc,
  createEvent,
  listenMessages,
  listenPipe,
  type PipeConnection,
  readClipboard,
  sendCopyData,
  serveDde,
  serveRpc,
  waitForAny,
} from "../../../mod.ts";
import { bytes, text, uniqueName } from "../../support/names.ts";
import { startScript } from "../../support/peer.ts";
import { type World, world } from "./worlds.ts";

/** Answers with the number that was fed, once it is, until it has been taken. */
class Answer {
  #fed = Promise.withResolvers<number>();

  /** Lets all that ask have it. */
  feed(number: number): undefined {
    this.#fed.resolve(number);
  }

  /** What whoever is asked answers. */
  given(): Promise<number> {
    return this.#fed.promise;
  }

  /** What was asked for has come: the next one is another's. */
  taken(number: number): number {
    this.#fed = Promise.withResolvers();
    return number;
  }
}

/** What asks, and is answered: each number that is fed comes out of one wait. */
export const CALLS: Readonly<Record<string, () => Promise<World>>> = {
  async "one of two events"() {
    const stack = new AsyncDisposableStack();
    const events = [stack.use(createEvent(null)), stack.use(createEvent(null))];
    let fed = NaN;
    return await Promise.resolve(world(stack, {
      async wait(signal) {
        await waitForAny(events, { signal });
        return fed;
      },
      feed(number) {
        fed = number;
        events[number % 2]!.set();
        return undefined;
      },
      close: () => events[0]!.close(),
    }));
  },
  async "pipe call"() {
    const stack = new AsyncDisposableStack();
    const answer = new Answer();
    const listener = stack.use(listenPipe(uniqueName(), { mode: "message" }));
    const serving = Promise.try(async () => {
      for await (const connection of listener) void reply(connection, answer);
    });
    stack.defer(() => serving);
    stack.defer(() => listener.close());
    return await Promise.resolve(world(stack, {
      wait: async (signal) =>
        answer.taken(
          Number(text(await callPipe(listener.name, bytes("?"), { signal }))),
        ),
      feed: (number) => answer.feed(number),
      close: () => listener.close(),
      closed: ["0", "NotFound", "BrokenPipe"],
    }));
  },
  /** Of a pipe with one instance, which another client has until it is fed. */
  async "pipe connect"() {
    const stack = new AsyncDisposableStack();
    const listener = stack.use(listenPipe(uniqueName(), { maxInstances: 1 }));
    const serving = Promise.try(async () => {
      for await (const connection of listener) await left(connection);
    });
    stack.defer(() => serving);
    stack.defer(() => listener.close());
    let holder = await connectPipe(listener.name);
    stack.defer(() => holder.close());
    let fed = NaN;
    return world(stack, {
      async wait(signal) {
        holder = await connectPipe(listener.name, { signal });
        return fed;
      },
      feed(number) {
        fed = number;
        holder.close();
        return undefined;
      },
      close() {
        listener.close();
        holder.close();
      },
      closed: ["NotFound"],
    });
  },
  async "DDE request"() {
    const stack = new AsyncDisposableStack();
    const answer = new Answer();
    const service = uniqueName();
    const request = async () => String(await answer.given());
    stack.use(
      serveDde(service, { topics: { t: { items: { i: { request } } } } }),
    );
    const talk = stack.use(await connectDde(service, "t"));
    return world(stack, {
      async wait(signal) {
        const { text } = await talk.request("i", { signal });
        return answer.taken(Number(text));
      },
      feed: (number) => answer.feed(number),
      close: () => talk.close(),
    });
  },
  async "RPC call"() {
    const stack = new AsyncDisposableStack();
    const answer = new Answer();
    const binding = `ncalrpc:[${uniqueName()}]`;
    const uuid = crypto.randomUUID();
    const answers = async () => bytes(String(await answer.given()));
    stack.use(
      await serveRpc({
        bindings: [binding],
        interfaces: { uuid, procedures: [answers] },
      }),
    );
    // Handlers that nobody waits for any more are waited for by the server.
    stack.defer(() => answer.feed(0));
    const client = stack.use(await connectRpc(binding, { uuid }));
    return world(stack, {
      wait: async (signal) =>
        answer.taken(
          Number(text(await client.call(0, bytes("?"), { signal }))),
        ),
      feed: (number) => answer.feed(number),
      turns: 8,
      close: () => client.close(),
    });
  },
  async "message answered"() {
    const stack = new AsyncDisposableStack();
    const answer = new Answer();
    const listener = stack.use(
      listenMessages({ answerTimeout: 60_000 }, () => answer.given()),
    );
    return await Promise.resolve(world(stack, {
      wait: async (signal) =>
        answer.taken(await sendCopyData(listener, bytes("?"), { signal })),
      feed: (number) => answer.feed(number),
      turns: 8,
      // What is being handled is still answered.
      close() {
        listener.close();
        answer.feed(0);
      },
      closed: ["0", "NotFound", "BrokenPipe"],
    }));
  },
  /** Of a clipboard that another program has until it is fed. */
  async "clipboard read"() {
    const stack = new AsyncDisposableStack();
    const url = new URL("../../clipboard/peers/other.ts", import.meta.url);
    const other = stack.use(startScript(url));
    await other.says("ready");
    const send = async (line: string) => {
      await other.send(line);
      await other.says("done");
    };
    let last = "none";
    const give = async (number: number) => {
      await send("release");
      await send(`write ${JSON.stringify({ text: String(number) })}`);
      return undefined;
    };
    await send(`write ${JSON.stringify({ text: last })}`);
    await send("hold winipc abort test");
    return world(stack, {
      async wait(signal) {
        for (;;) {
          const { text } = await readClipboard({ signal, timeout: 60_000 });
          if (text !== undefined && text !== last) {
            last = text;
            await send("hold winipc abort test");
            return Number(text);
          }
          // Between its release and its next text there is a moment.
          await new Promise((resolve) => setTimeout(resolve));
        }
      },
      feed: give,
      turns: 8,
      close: () => void give(0),
      closed: ["0"],
    });
  },
};

async function reply(
  connection: PipeConnection,
  answer: Answer,
): Promise<void> {
  try {
    await connection.readMessage();
    await connection.write(bytes(String(await answer.given())));
    await connection.readMessage();
  } catch {
    // Who asked has given up, and is gone.
  } finally {
    connection.close();
  }
}

/** Waits until the client has left. */
async function left(connection: PipeConnection): Promise<void> {
  await connection.read(new Uint8Array(1)).catch(() => {});
  connection.close();
}
