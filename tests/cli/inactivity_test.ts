/** What counts as progress for `--timeout`: data in both directions. */

import { assert, assertEquals } from "@std/assert";
import { InactivityTimeout } from "../../lib/cli/connection/inactivity_timeout.ts";
import { removeTree } from "../../lib/wine/cache.ts";
import { connectPipe, createPipeClient, pipeFetch } from "../../mod.ts";
import { bytes, uniqueName } from "../support/names.ts";
import { runHere } from "./run_here.ts";

/** A time that nothing else uses, so that its timers can be counted. */
const TIMEOUT = 60_001;

/** Counts the starts of the timer, so that no test waits for it. */
function timerStarts(): Disposable & { readonly count: number } {
  const { setTimeout } = globalThis;
  let count = 0;
  globalThis.setTimeout = ((callback: () => void, delay?: number) => {
    if (delay === TIMEOUT) count++;
    return setTimeout(callback, delay);
  }) as typeof setTimeout;
  return {
    get count() {
      return count;
    },
    [Symbol.dispose]() {
      globalThis.setTimeout = setTimeout;
    },
  };
}

/** Begins `winipc ARG… --timeout`, and waits until it is ready. */
async function begun(
  args: string[],
  input: AsyncIterable<Uint8Array> | null = null,
): Promise<ReturnType<typeof runHere>[]> {
  const ready = Promise.withResolvers<void>();
  const ended = runHere([...args, "--timeout", `${TIMEOUT}`], {
    input,
    onLog: (line) => line.startsWith("ready: ") && ready.resolve(),
  });
  await Promise.race([ready.promise, ended]);
  // In an array, because it would be awaited itself.
  return [ended];
}

Deno.test("InactivityTimeout starts no timer after its end", () => {
  using starts = timerStarts();
  const idle = new InactivityTimeout(new AbortController().signal, TIMEOUT);
  idle[Symbol.dispose]();
  idle.progress();
  assertEquals(starts.count, 1);
});

Deno.test("pipe serve --timeout counts from the last line that a client took", async () => {
  using starts = timerStarts();
  const name = uniqueName();
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const input = writable.getWriter();
  const [ended] = await begun(["pipe", "serve", name, "--once"], readable);
  {
    await using client = await connectPipe(name);
    for (const line of ["one", "two"]) {
      await input.write(bytes(`${line}\n`));
      assertEquals(await client.read(new Uint8Array(16)), line.length);
    }
    // At the start, for the client, and for "one", before "two" was written.
    assert(starts.count >= 3);
  }
  assertEquals((await ended!).code, 0);
});

Deno.test("pipe serve --http --timeout counts from the last chunk that a client took", async () => {
  using starts = timerStarts();
  const name = uniqueName();
  const folder = await Deno.makeTempDir();
  try {
    const content = new Uint8Array(8 * 1048576).fill(1);
    await Deno.writeFile(`${folder}/large`, content);
    const serve = ["pipe", "serve", name, "--http", folder, "--count", "1"];
    const [ended] = await begun(serve);
    await using client = createPipeClient(name);
    const response = await pipeFetch("http://./large", { pipe: client });
    assertEquals((await response.bytes()).length, content.length);
    assertEquals((await ended!).code, 0);
    // More than at the start and for the request.
    assert(starts.count > 2);
  } finally {
    await removeTree(folder);
  }
});

Deno.test("anon run --timeout counts from the last input that the child took", async () => {
  using starts = timerStarts();
  async function* input() {
    for (const line of ["a\n", "b\n", "c\n"]) {
      yield await Promise.resolve(bytes(line));
    }
  }
  const script = "for await (const _ of Deno.stdin.readable);";
  const child = [Deno.execPath(), "eval", script];
  const args = ["anon", "run", "--timeout", `${TIMEOUT}`, ...child];
  const { code, stderr } = await runHere(args, { input: input() });
  assertEquals([code, stderr], [0, ""]);
  // At the start, and for three chunks, and for the end of the output.
  assert(starts.count >= 5);
});

Deno.test("dde serve --timeout counts from the last line of stdin", async () => {
  using starts = timerStarts();
  const stop = new AbortController();
  async function* input() {
    yield await Promise.resolve(bytes("apple=1\npear=2\n"));
    stop.abort();
  }
  const serve = ["dde", "serve", uniqueName(), "prices"];
  await runHere([...serve, "--timeout", `${TIMEOUT}`], {
    input: input(),
    signal: stop.signal,
  });
  // At the start, and for both lines. A search of another test may add some.
  assert(starts.count >= 3);
});
