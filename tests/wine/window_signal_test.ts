import { assertEquals } from "@std/assert";
import { runArgs } from "../support/deno.ts";
import { readUntil, restOf, startWin } from "../support/linux.ts";

const peer = (name: string) =>
  new URL(`../copy_data/peers/${name}.ts`, import.meta.url);

const LIMIT_MS = 2000;

/** Starts a program with a window that never answers. */
async function startWindow(title: string): Promise<Deno.ChildProcess> {
  const child = startWin(runArgs(peer("ending"), [title, "wait"]));
  await readUntil(child.stdout, "ready");
  return child;
}

/** Presses Ctrl-C, and tells how long the program took to its end. */
async function interrupt(child: Deno.ChildProcess): Promise<number> {
  const began = performance.now();
  child.kill("SIGINT");
  await child.status;
  const took = performance.now() - began;
  await Promise.all([
    restOf(child.stdout),
    child.stdin.close(),
    child.stderr.cancel(),
  ]);
  return took;
}

Deno.test("Ctrl-C ends a program with a window within 2 s", async () => {
  const child = await startWindow(`winipc-signal-${crypto.randomUUID()}`);
  assertEquals(await interrupt(child) < LIMIT_MS, true);
});

Deno.test("Ctrl-C ends a program that handles a message within 2 s", async () => {
  const title = `winipc-signal-${crypto.randomUUID()}`;
  const child = await startWindow(title);
  const sender = startWin(runArgs(peer("sender"), [title, "hello"]));
  await readUntil(child.stdout, "handling");
  assertEquals(await interrupt(child) < LIMIT_MS, true);
  // Its window is gone, so that the sender is told at once.
  const [told, { code }] = await Promise.all([
    restOf(sender.stderr),
    sender.status,
    restOf(sender.stdout),
    sender.stdin.close(),
  ]);
  assertEquals([code, told.includes("vanished before it answered")], [1, true]);
});
