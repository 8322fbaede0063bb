/** The helper that finds leaked handles finds them, and nothing else. */

import { assertEquals, assertRejects } from "@std/assert";
import { createEvent, type EventObject } from "../../mod.ts";
import { assertNoHandlesLeft } from "../support/handles.ts";
import "../support/native.ts";

Deno.test("assertNoHandlesLeft() fails where each round leaves one handle", async () => {
  const left: EventObject[] = [];
  const leak = () => void left.push(createEvent(null));
  leak();
  await assertRejects(
    () => assertNoHandlesLeft(leak),
    Error,
    "Each round leaves handles: 1; 1; 1; 1",
  );
  for (const event of left) event.close();
});

Deno.test("assertNoHandlesLeft() lets handles be that come once", async () => {
  const pool: EventObject[] = [];
  const warmUp = () => {
    if (pool.length < 2) pool.push(createEvent(null));
    createEvent(null).close();
  };
  assertEquals(await assertNoHandlesLeft(warmUp), [[1], [1], [0]]);
  for (const event of pool) event.close();
});
