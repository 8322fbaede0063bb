// deno-lint-ignore-file no-console
// What many objects take. Arguments: the subject, how many are open at a time,
// how many in all, at least. Prints what each step takes for one of them, in µs,
// and what the open ones hold.
import {
  connectPipe,
  createEvent,
  createMailslot,
  listenPipe,
  openMailslot,
  spawn,
  waitFor,
} from "../../../mod.ts";
import { settled } from "../../support/settled.ts";
import { type Usage, usageOf } from "../usage.ts";

/** One of the objects. */
interface Subject {
  /** Uses it, and resolves when the use has had its effect. */
  use(): Promise<unknown>;
  close(): unknown;
}

/** Opens one after the other. */
type Open = (stack: AsyncDisposableStack) => (at: number) => Promise<Subject>;

const SUBJECTS: Record<string, Open> = { pipe, mailslot, wait, child };

const [subject, open, all] = Deno.args as [string, string, string];
const [count, total] = [Number(open), Number(all)];
const name = `winipc-scale-${Deno.pid}`;
const steps: Record<string, Usage & { count: number }> = {};
let held = { bytes: 0, threads: 0 };
await using stack = new AsyncDisposableStack();
const opened = SUBJECTS[subject]!(stack);
// The first one compiles the code and starts the threads.
const first = await opened(0);
await first.use();
await first.close();
for (let at = 0; at < total; at += count) {
  // Later ones use memory again that earlier ones have left.
  const before = at === 0 ? await settled() : undefined;
  const some: Subject[] = [];
  await step("open", count, async () => {
    for (let i = 0; i < count; i++) some.push(await opened(at + i));
  });
  if (before !== undefined) {
    const { bytes, threads } = await settled();
    held = { bytes: (bytes - before.bytes) / count, threads };
  }
  // A child can be used once.
  const used = subject === "child" ? count / 2 : count;
  await step("used one at a time", used, async () => {
    for (const one of some.slice(0, used)) await one.use();
  });
  await step("used all at once", used, async () => {
    await Promise.all(some.slice(-used).map((one) => one.use()));
  });
  await step("close", count, async () => {
    for (const one of some) await one.close();
  });
}
const each = Object.entries(steps).map(([what, { wall, processor, count }]) => [
  what,
  { wall: wall / count, processor: processor / count },
]);
console.log(JSON.stringify({ ...held, steps: Object.fromEntries(each) }));

async function step(
  what: string,
  count: number,
  work: () => Promise<void>,
): Promise<void> {
  const { wall, processor } = await usageOf(work);
  const before = steps[what] ?? { wall: 0, processor: 0, count: 0 };
  steps[what] = {
    wall: before.wall + wall,
    processor: before.processor + processor,
    count: before.count + count,
  };
}

/** A connection, whose server echoes. */
function pipe(stack: AsyncDisposableStack): ReturnType<Open> {
  const listener = stack.use(listenPipe(name));
  const message = new Uint8Array(64);
  return async () => {
    const connecting = connectPipe(name);
    const server = await listener.accept();
    const client = await connecting;
    const buffer = new Uint8Array(64);
    const echo = async () => {
      const received = new Uint8Array(64);
      for (;;) {
        const length = await server.read(received);
        if (length === null) break;
        await server.write(received.subarray(0, length));
      }
      server.close();
    };
    const echoing = echo();
    return {
      async use() {
        await client.write(message);
        await client.read(buffer);
      },
      async close() {
        client.close();
        await echoing;
      },
    };
  };
}

/** A mailslot that waits for messages, and its sender. */
function mailslot(): ReturnType<Open> {
  const message = new Uint8Array(64);
  return async (at) => {
    const reader = createMailslot(`${name}-${at}`);
    const sender = await openMailslot(`${name}-${at}`);
    let received = reader.receive();
    return {
      async use() {
        await sender.send(message);
        await received;
        received = reader.receive();
      },
      async close() {
        sender.close();
        received.catch(() => {});
        await reader[Symbol.asyncDispose]();
      },
    };
  };
}

/** A wait for an event. */
function wait(): ReturnType<Open> {
  return () => {
    const event = createEvent(null);
    let set = waitFor(event);
    return Promise.resolve({
      async use() {
        event.set();
        await set;
        set = waitFor(event);
      },
      async close() {
        event.set();
        await set;
        event.close();
      },
    });
  };
}

/** A child, which ends when its stdin does. */
function child(): ReturnType<Open> {
  return () => {
    const child = spawn("cmd.exe", {
      args: ["/d", "/c", "set", "/p", "x="],
      stdin: "pipe",
      stdout: "pipe",
    });
    return Promise.resolve({
      async use() {
        child.stdin.close();
        await child.status;
      },
      async close() {
        await child[Symbol.asyncDispose]();
      },
    });
  };
}
