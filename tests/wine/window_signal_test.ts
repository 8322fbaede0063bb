import { assertEquals, assertNotEquals } from "@std/assert";
import { runArgs } from "../support/deno.ts";
import { readUntil, restOf, startWin } from "../support/linux.ts";

const peer = (name: string) =>
  new URL(`../copy_data/peers/${name}.ts`, import.meta.url);

/** The exit code of a program that only the time limit of its run has ended. */
const ENDED_FROM_OUTSIDE = 143;

/** Starts a program with a window that never answers. */
async function startWindow(title: string): Promise<Deno.ChildProcess> {
  const child = startWin(runArgs(peer("ending"), [title, "wait"]));
  await readUntil(child.stdout, "ready");
  return child;
}

/** Presses Ctrl-C, and gives the exit code. */
async function interrupt(child: Deno.ChildProcess): Promise<number> {
  child.kill("SIGINT");
  const { code } = await child.status;
  await Promise.all([
    restOf(child.stdout),
    child.stdin.close(),
    child.stderr.cancel(),
  ]);
  return code;
}

Deno.test("Ctrl-C ends a program with a window", async () => {
  const child = await startWindow(`winipc-signal-${crypto.randomUUID()}`);
  assertNotEquals(await interrupt(child), ENDED_FROM_OUTSIDE);
});

Deno.test("Ctrl-C ends a program that handles a message, without its answer", async () => {
  const title = `winipc-signal-${crypto.randomUUID()}`;
  const child = await startWindow(title);
  const sender = startWin(runArgs(peer("sender"), [title, "hello"]));
  await readUntil(child.stdout, "handling");
  assertNotEquals(await interrupt(child), ENDED_FROM_OUTSIDE);
  // Its window is gone, so that the sender is told at once.
  const [output, { code }] = await Promise.all([
    restOf(sender.stderr),
    sender.status,
    restOf(sender.stdout),
    sender.stdin.close(),
  ]);
  assertEquals([code, output.includes("vanished before it answered")], [
    1,
    true,
  ]);
});
