/**
 * On Windows a wait with a time limit ends with a tick of the clock, up to 15.6
 * ms late. Nothing else runs meanwhile on the thread that waits.
 */

import { assert, assertEquals } from "@std/assert";
import {
  listenMessages,
  sendCopyData,
  trace,
  type TraceRecord,
} from "../../mod.ts";
import { pair } from "../named_pipe/helpers.ts";
import "../support/native.ts";
import { uniqueName } from "../support/names.ts";

const ROUNDS = 300;
const TIME_LIMITS = ["dwMilliseconds", "nTimeOut", "uTimeout"];

/** The calls of `work` that wait on the main thread, and all of them. */
async function waits(
  work: () => Promise<unknown>,
): Promise<{ calls: number; waiting: string[] }> {
  let calls = 0;
  const waiting: string[] = [];
  const sink = ({ thread, name, args, lastError }: TraceRecord) => {
    // What runs on another thread has no last error.
    if (thread !== "main" || lastError === undefined) return;
    calls++;
    const limit = TIME_LIMITS.map((key) => args[key]).find(Number);
    if (limit !== undefined) waiting.push(`${name} ${limit}`);
  };
  using _trace = trace({ sink });
  await work();
  return { calls, waiting };
}

Deno.test("the main thread never waits in Windows for pipes", async () => {
  await using ends = await pair();
  const { client, server } = ends;
  const echo = (async () => {
    const buffer = new Uint8Array(64);
    for (let i = 0; i < ROUNDS; i++) {
      const count = await server.read(buffer);
      await server.write(buffer.subarray(0, count!));
    }
  })();
  const { calls, waiting } = await waits(async () => {
    const buffer = new Uint8Array(64);
    for (let i = 0; i < ROUNDS; i++) {
      const reading = client.read(buffer);
      await client.write(new Uint8Array(8));
      await reading;
    }
  });
  await echo;
  assert(calls > ROUNDS);
  assertEquals(waiting, []);
});

Deno.test("the main thread never waits in Windows for messages", async () => {
  const title = uniqueName();
  await using _listener = listenMessages({ title }, ({ tag }) => tag + 1);
  const { calls, waiting } = await waits(async () => {
    for (let tag = 0; tag < ROUNDS; tag++) {
      assertEquals(
        await sendCopyData(title, new Uint8Array(8), { tag }),
        tag + 1,
      );
    }
  });
  assert(calls > ROUNDS);
  assertEquals(waiting, []);
});
