import {
  createEvent,
  createMutex,
  createSemaphore,
  openProcess,
  waitFor,
} from "../../../mod.ts";
import "../../support/native.ts";
import { type Cell, ended, matrix } from "./matrix.ts";

const LONG = { timeout: 20_000 };

const CELLS: readonly Cell[] = [
  {
    fault: "the owner of a mutex dies",
    dies: true,
    async run({ name, does, kill }) {
      using mutex = createMutex(name);
      await does("mutex lock");
      const locking = mutex.lock(LONG);
      await kill();
      using lock = await locking;
      return lock.abandoned ? "abandoned" : "unnoticed";
    },
    seen: "abandoned",
  },
  {
    fault: "the owner of a mutex never releases it",
    async run({ name, does }) {
      using mutex = createMutex(name);
      await does("mutex lock");
      return await ended(mutex.lock({ timeout: 50 }));
    },
    seen: "TimeoutError",
  },
  {
    fault: "who would set an event dies before",
    dies: true,
    async run({ name, does, kill }) {
      using event = createEvent(name);
      await does("event create");
      await kill();
      const waiting = waitFor(event, LONG);
      event.set();
      return await ended(waiting, () => "another may set it");
    },
    seen: "another may set it",
  },
  {
    fault: "an event is set late",
    async run({ name, does }) {
      using event = createEvent(name);
      const first = await ended(waitFor(event, { timeout: 50 }));
      await does("event set");
      return `${first}, then ${await ended(waitFor(event, LONG), () => "set")}`;
    },
    seen: "TimeoutError, then set",
  },
  {
    fault: "who has taken a semaphore dies",
    dies: true,
    async run({ name, does, kill }) {
      using semaphore = createSemaphore(name, { max: 2, initial: 2 });
      await does("semaphore take");
      await kill();
      await waitFor(semaphore, LONG);
      // Windows counts nothing back: one is gone.
      return await ended(waitFor(semaphore, { timeout: 0 }));
    },
    seen: "TimeoutError",
  },
  {
    fault: "others open and close an event in a loop",
    async run({ name, does }) {
      using event = createEvent(name);
      await does("event loop");
      event.set();
      return await ended(waitFor(event, LONG), () => "works on");
    },
    seen: "works on",
  },
];

matrix("sync objects", CELLS);

Deno.test("faults of the other side: sync objects: a process is killed while it is waited for", async () => {
  const child = new Deno.Command("cmd.exe", {
    args: ["/k"],
    stdin: "piped",
    stdout: "null",
  }).spawn();
  using process = openProcess(child.pid);
  const waiting = waitFor(process, LONG);
  child.kill();
  await waiting;
  if (process.exitCode() === null) throw new Error("It has ended");
  await child.stdin.close().catch(() => {});
  await child.status;
});
