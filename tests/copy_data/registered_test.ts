import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  broadcastRegistered,
  listenRegistered,
  listWindows,
  postRegistered,
  registerMessage,
} from "../../lib/copy_data/mod.ts";
import { uniqueName } from "../support/names.ts";
import "../support/native.ts";

// Names of messages stay registered for the session: few, and always the same.
const NAME = "winipc.test.registered";
const OTHER = "winipc.test.other";

Deno.test("postRegistered() reaches the window that listens", async () => {
  const title = uniqueName();
  using listener = listenRegistered([NAME], { title });
  const wParam = 2n ** 64n - 1n;
  postRegistered(title, NAME, { wParam, lParam: -1 });
  postRegistered(listener, NAME.toUpperCase(), { wParam: 7 });
  const lParam = 2n ** 64n - 1n;
  assertEquals(await listener.receive(), { name: NAME, wParam, lParam });
  assertEquals((await listener.receive()).wParam, 7n);
});

Deno.test("broadcastRegistered() reaches all who listen to the name", async () => {
  using one = listenRegistered([NAME, OTHER]);
  using other = listenRegistered([OTHER]);
  using apart = listenRegistered([OTHER], { messageOnly: true });
  broadcastRegistered(NAME, { wParam: 1 });
  broadcastRegistered(OTHER, { wParam: 2 });
  assertEquals((await one.receive()).name, NAME);
  assertEquals((await one.receive()).name, OTHER);
  assertEquals((await other.receive()).wParam, 2n);
  await assertRejects(() => apart.receive({ timeout: 20 }), DOMException);
});

Deno.test("registerMessage() gives every program the same number", () => {
  assertEquals(registerMessage(NAME), registerMessage(NAME.toUpperCase()));
  assertEquals(registerMessage(NAME) >= 0xc000, true);
  assertThrows(() => registerMessage(""), TypeError, "Invalid message name");
  assertThrows(() => registerMessage("#1025"), TypeError, "mean a number");
  assertThrows(() => registerMessage("x".repeat(256)), RangeError, "255");
});

Deno.test("postRegistered() reports that there is no window", () => {
  const expectedMessage = "there is no such window";
  const title = uniqueName();
  assertThrows(
    () => postRegistered(title, NAME),
    Deno.errors.NotFound,
    expectedMessage,
  );
});

Deno.test("listWindows() lists hidden windows with pid, class and title", () => {
  const title = uniqueName("ünï 中文");
  using listener = listenRegistered([NAME], { title });
  assertEquals(listWindows().filter((window) => window.title === title), [{
    handle: listener.handle,
    pid: Deno.pid,
    className: "winipc",
    title,
    visible: false,
  }]);
});
