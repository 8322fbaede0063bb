import { assertEquals } from "@std/assert";
import { listenMessages } from "../../lib/copy_data/mod.ts";
import { toUtf16 } from "../../lib/win32/utf16.ts";
import { childWindows } from "../../lib/window/child_windows.ts";
import { uniqueName } from "../support/names.ts";
import "../support/native.ts";

Deno.test("childWindows() misses no window when the one it stands at vanishes", async () => {
  await using stack = new AsyncDisposableStack();
  const className = uniqueName();
  const all = new Map(
    Array.from({ length: 4 }, () => {
      const listener = stack.use(listenMessages({ className }));
      return [BigInt(listener.handle), listener];
    }),
  );
  const came: bigint[] = [];
  for (const window of childWindows(0n, toUtf16(className))) {
    came.push(window);
    // Not only closing: see is_open.ts.
    await all.get(window)![Symbol.asyncDispose]();
  }
  assertEquals(came.toSorted(), [...all.keys()].toSorted());
});

Deno.test("childWindows() gives a window once, and ends", async () => {
  await using stack = new AsyncDisposableStack();
  const className = uniqueName();
  const handles = Array.from(
    { length: 3 },
    () => BigInt(stack.use(listenMessages({ className })).handle),
  );
  const came = [...childWindows(0n, toUtf16(className))];
  assertEquals(came.toSorted(), handles.toSorted());
  assertEquals([...childWindows(0n, toUtf16(uniqueName()))], []);
});
