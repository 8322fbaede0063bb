/** The helper that finds leaked handles finds them, and nothing else. */

import { assertEquals, assertLessOrEqual, assertRejects } from "@std/assert";
import { createEvent, type EventObject } from "../../mod.ts";
import { assertNoHandlesLeft } from "../support/handles.ts";
import "../support/native.ts";

/** So many that the threads of Deno, which come and go with some, make no difference. */
const MANY = 100;
const HALF = MANY / 2;

function createMany(): EventObject[] {
  return Array.from({ length: MANY }, () => createEvent(null));
}

Deno.test("assertNoHandlesLeft() fails where each round leaves handles", async () => {
  const left: EventObject[] = [];
  const leak = () => void left.push(...createMany());
  leak();
  const { message } = await assertRejects(
    () => assertNoHandlesLeft(leak),
    Error,
    "Each round leaves handles: ",
  );
  const rounds = message.match(/-?\d+/g)!.map(Number);
  assertEquals(rounds.map((more) => more > HALF), [true, true, true, true]);
  for (const event of left) event.close();
});

Deno.test("assertNoHandlesLeft() lets handles be that come once", async () => {
  const pool: EventObject[] = [];
  const warmUp = () => {
    if (pool.length < 2 * MANY) pool.push(...createMany());
    createEvent(null).close();
  };
  const rounds = (await assertNoHandlesLeft(warmUp)).map(([more]) => more!);
  assertEquals(rounds.slice(0, 2).map((more) => more > HALF), [true, true]);
  assertLessOrEqual(rounds.at(-1)!, 0);
  for (const event of pool) event.close();
});
