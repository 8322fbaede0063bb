/**
 * Operations that send, and whose last error another call of the engine
 * overwrites, so that they do not say whether they are pending.
 */

import { assertEquals, assertRejects } from "@std/assert";
import { restoreLastError } from "../../lib/win32/error.ts";
import { ERROR } from "../../lib/win32/error_codes.ts";
import { bytes, pattern, text } from "../support/names.ts";
import { wrapped } from "../support/wrapped.ts";
import { pair, turn } from "./helpers.ts";

const { Busy, Interrupted } = Deno.errors;
const BUFFER = 4096;

/** Overwrites the last error of the first call of `name`. */
function overwriting(name: string): Disposable {
  let calls = 0;
  return wrapped({
    [name]: (native) => (...args) => {
      const done = native(...args);
      if (calls++ === 0) restoreLastError(ERROR.ERROR_SUCCESS);
      return done;
    },
  });
}

Deno.test("transact() whose last error was overwritten sends its request once", async () => {
  await using ends = await pair({ mode: "message" });
  {
    using _overwriting = overwriting("TransactNamedPipe");
    await assertRejects(
      () => ends.client.transact(bytes("?"), { timeout: 20_000 }),
      Interrupted,
      "the other side may have a part of the data",
    );
  }
  assertEquals(text(await ends.server.readMessage()), "?");
  assertEquals(ends.server.peek().available, 0);
  await assertRejects(() => ends.client.transact(bytes("?")), Busy);
});

Deno.test("write() whose last error was overwritten sends nothing twice", async () => {
  await using ends = await pair({ inputBuffer: BUFFER });
  const reading = ends.server.read(new Uint8Array(BUFFER));
  await turn();
  {
    using _overwriting = overwriting("WriteFile");
    await assertRejects(
      () => ends.client.write(pattern(25 * BUFFER), { timeout: 20_000 }),
      Interrupted,
      "the other side may have a part of the data",
    );
  }
  assertEquals(await reading, BUFFER);
  assertEquals(ends.server.peek().available, 0);
});
