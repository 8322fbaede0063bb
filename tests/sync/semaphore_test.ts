import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  createEvent,
  createSemaphore,
  openSemaphore,
  waitFor,
} from "../../lib/sync/mod.ts";
import { uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { startScript } from "../support/peer.ts";
import { PEER } from "./peer_script.ts";

Deno.test("createSemaphore() lets as many in as it counts", async () => {
  using semaphore = createSemaphore(null, { max: 2 });
  await waitFor(semaphore, { timeout: 0 });
  await waitFor(semaphore, { timeout: 0 });
  await assertRejects(() => waitFor(semaphore, { timeout: 0 }), DOMException);
  assertEquals(semaphore.release(2), 0);
});

Deno.test("release() past the highest count changes nothing", () => {
  using semaphore = createSemaphore(null, { max: 2, initial: 1 });
  assertThrows(() => semaphore.release(2), RangeError);
  assertEquals(semaphore.release(), 1);
});

Deno.test("a semaphore counts over processes", async () => {
  const name = uniqueName();
  await using semaphore = createSemaphore(name, { max: 5, initial: 0 });
  await using peer = startScript(PEER, [name]);
  await peer.says("ready");
  const waits = [1, 2].map(() => waitFor(semaphore, { timeout: 20_000 }));
  await peer.send("release");
  await Promise.all(waits);
  await peer.send("take");
  semaphore.release();
  await peer.says("did release");
  await peer.says("did take");
});

Deno.test("openSemaphore() never creates and refuses other kinds", () => {
  const name = uniqueName();
  assertThrows(() => openSemaphore(name), Deno.errors.NotFound);
  using _event = createEvent(name);
  assertThrows(() => openSemaphore(name), Deno.errors.NotFound);
  assertThrows(
    () => createSemaphore(name, { max: 1 }),
    Deno.errors.AlreadyExists,
  );
});

Deno.test("createSemaphore() rejects bad counts", () => {
  const bad: [object, new () => Error][] = [
    [{}, TypeError],
    [{ max: 0 }, RangeError],
    [{ max: 1.5 }, TypeError],
    [{ max: 2 ** 31 }, RangeError],
    [{ max: 2, initial: 3 }, RangeError],
    [{ max: 2, initial: -1 }, RangeError],
  ];
  for (const [options, type] of bad) {
    assertThrows(() => createSemaphore(null, options as never), type);
  }
});
