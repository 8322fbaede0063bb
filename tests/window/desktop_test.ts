import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { connectDde, postRegistered, sendCopyData } from "../../mod.ts";
import { desktopNote } from "../../lib/window/desktop.ts";
import { wrapNatives } from "../../lib/win32/binding.ts";
import { toUtf16 } from "../../lib/win32/utf16.ts";
import { uniqueName } from "../support/names.ts";
import "../support/native.ts";

const { NotFound } = Deno.errors;
const STATION = "Service-0x0-3e7$";

/** Has Windows say that this process is in the window station of a service. */
function asService(): Disposable {
  wrapNatives((native, { name }) => (...args) => {
    if (name !== "GetUserObjectInformationW") return native(...args);
    (args[2] as Uint8Array).set(toUtf16(STATION));
    return 1;
  });
  return { [Symbol.dispose]: () => wrapNatives(undefined) };
}

Deno.test("errors say that a service does not see the user's desktop, and nothing of it on that", async () => {
  assertEquals(desktopNote(), "");
  const title = uniqueName();
  using _service = asService();
  const expectedMessage = `in the window station "${STATION}"`;
  const data = new Uint8Array(1);
  await assertRejects(
    () => sendCopyData(title, data),
    NotFound,
    expectedMessage,
  );
  await assertRejects(
    () => connectDde(title, "topic"),
    NotFound,
    expectedMessage,
  );
  assertThrows(
    () => postRegistered(title, "app.refresh"),
    NotFound,
    expectedMessage,
  );
});
