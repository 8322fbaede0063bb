import {
  assertEquals,
  assertLessOrEqual,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { createAnonymousPipe } from "../../mod.ts";
import "../support/native.ts";
import { bytes, pattern, text } from "../support/names.ts";
import { wrapped } from "../support/wrapped.ts";
import { turn } from "../named_pipe/helpers.ts";

const ENDS = ["none", "read", "write", "both"] as const;

for (const inheritable of ENDS) {
  const name = `createAnonymousPipe() with ${inheritable} inheritable`;

  Deno.test(`${name} moves bytes one way`, async () => {
    await using pipe = createAnonymousPipe({ inheritable });
    const buffer = new Uint8Array(99);
    const read = pipe.read.read(buffer);
    await pipe.write.write(bytes("hello"));
    assertEquals(text(buffer.subarray(0, (await read)!)), "hello");
  });

  Deno.test(`${name} moves more than fits`, async () => {
    await using pipe = createAnonymousPipe({ inheritable, bufferSize: 100 });
    const data = pattern(300_000);
    const write = pipe.write.write(data).then(() => pipe.write.close());
    const read = await new Response(pipe.read.readable).bytes();
    await write;
    assertEquals(read.toHex(), data.toHex());
  });

  Deno.test(`${name} ends the reader's stream after everything that was written`, async () => {
    await using pipe = createAnonymousPipe({ inheritable });
    await pipe.write.write(bytes("last"));
    pipe.write.close();
    const buffer = new Uint8Array(99);
    assertEquals(await pipe.read.read(buffer), 4);
    assertEquals(await pipe.read.read(buffer), null);
    assertEquals(await pipe.read.read(buffer), null);
  });

  Deno.test(`${name} fails a write after the reader has closed`, async () => {
    await using pipe = createAnonymousPipe({ inheritable });
    const pending = pipe.write.write(new Uint8Array(1_000_000));
    await turn();
    pipe.read.close();
    await assertRejects(() => pending, Deno.errors.BrokenPipe);
    await assertRejects(
      () => pipe.write.write(bytes("x")),
      Deno.errors.BrokenPipe,
    );
  });

  Deno.test(`${name} aborts a read and works on`, async () => {
    await using pipe = createAnonymousPipe({ inheritable });
    const buffer = new Uint8Array(9);
    const abort = new AbortController();
    const aborted = pipe.read.read(buffer, { signal: abort.signal });
    await turn();
    abort.abort(new Error("enough"));
    await assertRejects(() => aborted, Error, "enough");
    const timed = pipe.read.read(buffer, { timeout: 5 });
    assertEquals(
      (await assertRejects(() => timed, DOMException)).name,
      "TimeoutError",
    );
    await pipe.write.write(bytes("still"));
    assertEquals(await pipe.read.read(buffer), 5);
  });

  Deno.test(`${name} aborts a write that nobody reads`, async () => {
    await using pipe = createAnonymousPipe({ inheritable });
    const write = pipe.write.write(new Uint8Array(1_000_000), { timeout: 5 });
    assertEquals(
      (await assertRejects(() => write, DOMException)).name,
      "TimeoutError",
    );
  });

  Deno.test(`${name} ends pending reads when it is closed here`, async () => {
    await using pipe = createAnonymousPipe({ inheritable });
    const read = pipe.read.read(new Uint8Array(9));
    await turn();
    pipe.close();
    pipe.close();
    await assertRejects(() => read, Deno.errors.BadResource);
    await assertRejects(
      () => pipe.write.write(bytes("x")),
      Deno.errors.BadResource,
    );
  });

  Deno.test(`${name} closes an end with its stream`, async () => {
    await using pipe = createAnonymousPipe({ inheritable });
    const writer = pipe.write.writable.getWriter();
    const read = new Response(pipe.read.readable).text();
    await writer.write(bytes("one "));
    await writer.write(bytes("two"));
    await writer.close();
    assertEquals(await read, "one two");
    await assertRejects(
      () => pipe.read.read(new Uint8Array(1)),
      Deno.errors.BadResource,
    );
  });
}

Deno.test("an aborted read whose turn has not come is cancelled ever more rarely", async () => {
  using time = new FakeTime();
  using pipe = createAnonymousPipe({ inheritable: "read" });
  const itsTurn = Promise.withResolvers<void>();
  let cancels = 0;
  using _otherReader = wrapped({
    ReadFile: (native, { declaration }) =>
      declaration.nonblocking
        ? (...args) => itsTurn.promise.then(() => native(...args))
        : native,
    CancelIoEx: (native) => (...args) => {
      cancels++;
      return native(...args);
    },
  });
  const controller = new AbortController();
  const { signal } = controller;
  const read = pipe.read.read(new Uint8Array(9), { signal });
  await time.runMicrotasks();
  controller.abort();
  time.tick(1000);
  assertLessOrEqual(cancels, 25);
  await pipe.write.write(bytes("late"));
  itsTurn.resolve();
  assertEquals(await read, 4);
});

Deno.test("AnonymousPipeEnd goes one way", async () => {
  using pipe = createAnonymousPipe();
  assertEquals([pipe.read.role, pipe.write.role], ["read", "write"]);
  assertEquals(pipe.read.mode, "byte");
  const error = await assertRejects(
    () => pipe.read.write(bytes("x")),
    TypeError,
  );
  assertEquals(
    /^Cannot write at ".*": this is the reading end$/.test(error.message),
    true,
  );
  await assertRejects(() => pipe.write.read(new Uint8Array(1)), TypeError);
  await assertRejects(() => pipe.read.readMessage(), TypeError, "byte mode");
  assertThrows(() => pipe.read.writable, TypeError);
  assertThrows(() => pipe.write.readable, TypeError);
});

Deno.test("createAnonymousPipe() checks its options", () => {
  assertThrows(
    () => createAnonymousPipe({ inheritable: "all" as "both" }),
    TypeError,
    'Invalid inheritable all: give "read", "write", "both", "none"',
  );
  assertThrows(() => createAnonymousPipe({ bufferSize: 0 }), RangeError);
});
