import { assert, assertEquals, assertRejects } from "@std/assert";
import { createMailslot, openMailslot, type Win32Error } from "../../mod.ts";
import { ERROR } from "../../lib/win32/error_codes.ts";
import { namedUnless } from "../support/ignored.ts";
import { bytes, text, uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { startScript } from "../support/peer.ts";
import { UNDER_WINE } from "../support/system.ts";
import { WINDOWS_RULES } from "../support/windows_rules.ts";
import { wrapped } from "../support/wrapped.ts";

const STATUS_UNSUCCESSFUL = 0xc000_0001 | 0;
const REMOTE_FORMS = ["computer", "domain", "*"];

Deno.test("openMailslot() where there is none is NotFound", async () => {
  const name = uniqueName();
  const error = await assertRejects(
    () => openMailslot(name),
    Deno.errors.NotFound,
    `Cannot open "\\\\.\\mailslot\\${name}": there is no such mailslot (ERROR_FILE_NOT_FOUND)`,
  );
  assertEquals((error.cause as Win32Error).call, "CreateFileW");
});

Deno.test("openMailslot() waits for a reader when asked", async () => {
  const name = uniqueName();
  const opening = openMailslot(name, { waitForPeer: true });
  const script = new URL("./peers/reader.ts", import.meta.url);
  await using reader = startScript(script, [name, 1]);
  await reader.says("ready");
  await using sender = await opening;
  await sender.send(bytes("hello"));
  await reader.says("hello");
});

Deno.test("openMailslot() waiting for a reader can be aborted", async () => {
  const waitForPeer = true;
  const abort = new AbortController();
  const { signal } = abort;
  const opening = openMailslot(uniqueName(), { waitForPeer, signal });
  abort.abort(new Error("enough"));
  await assertRejects(() => opening, Error, "enough");
  const name = uniqueName();
  await assertRejects(
    () => openMailslot(name, { waitForPeer, timeout: 50 }),
    DOMException,
    `Cannot open "\\\\.\\mailslot\\${name}": nobody created it within 50 ms`,
  );
});

Deno.test("openMailslot() refuses bad names and options before any call", async () => {
  for (const name of ["", "a\0b", "\\\\.\\pipe\\x", 7, null]) {
    const error = await assertRejects(
      () => openMailslot(name as string),
      TypeError,
    );
    assertEquals(error.cause, undefined);
  }
  await assertRejects(() => openMailslot("x".repeat(244)), RangeError);
  await assertRejects(() => openMailslot("x", { timeout: -1 }), RangeError);
  for (const maxMessageSize of [-1, 2 ** 32]) {
    await assertRejects(
      () => openMailslot("x", { maxMessageSize }),
      RangeError,
    );
  }
  await assertRejects(
    () => openMailslot("x", { maxMessageSize: "5" as never }),
    TypeError,
  );
});

Deno.test("openMailslot() of other computers sends at most 424 bytes, or reports that it cannot", async () => {
  for (const server of REMOTE_FORMS) {
    const name = `\\\\${server}\\mailslot\\${uniqueName()}`;
    try {
      await using sender = await openMailslot(name);
      assertEquals(sender.maxMessageSize, 424);
      await assertRejects(
        () => sender.send(new Uint8Array(425)),
        RangeError,
        "at most 424",
      );
    } catch (error) {
      assert(error instanceof Deno.errors.NotFound, `${error}`);
      assert(error.message.includes("other computers' mailslots"));
    }
  }
});

Deno.test("openMailslot() says that Windows has turned other computers' mailslots off", async () => {
  let code = 0;
  using _computer = wrapped({
    NtCreateFile: () => () => Promise.resolve(STATUS_UNSUCCESSFUL),
    RtlNtStatusToDosError: () => () => code,
  });
  for (
    code of [ERROR.ERROR_BAD_NET_NAME, ERROR.ERROR_REMOTE_MAILSLOTS_DEPRECATED]
  ) {
    const error = await assertRejects(
      () => openMailslot("\\\\winipc-no-computer\\mailslot\\x"),
      Deno.errors.NotFound,
      "other computers' mailslots",
    );
    assertEquals((error.cause as Win32Error).code, code);
  }
});

Deno.test("send() refuses more than maxMessageSize before the call", async () => {
  await using mailslot = createMailslot(uniqueName());
  await using sender = await openMailslot(mailslot.name, { maxMessageSize: 5 });
  const error = await assertRejects(
    () => sender.send(bytes("123456")),
    RangeError,
    "Cannot send 6 bytes",
  );
  assertEquals(error.cause, undefined);
  await sender.send(bytes("12345"));
  assertEquals(text(await mailslot.receive()), "12345");
});

Deno.test({
  ...namedUnless(
    UNDER_WINE && !WINDOWS_RULES,
    "Wine takes any length",
    "send() of more than the mailslot takes is a RangeError",
  ),
  async fn() {
    const options = { maxMessageSize: 5 };
    await using mailslot = createMailslot(uniqueName(), options);
    await using sender = await openMailslot(mailslot.name);
    await assertRejects(() => sender.send(bytes("123456")), RangeError);
  },
});

Deno.test("send() refuses what is no Uint8Array", async () => {
  await using mailslot = createMailslot(uniqueName());
  await using sender = await openMailslot(mailslot.name);
  for (const wrong of ["x", null, undefined, 5, new ArrayBuffer(4)]) {
    await assertRejects(() => sender.send(wrong as never), TypeError);
  }
});

Deno.test("send() with an aborted signal sends nothing", async () => {
  await using mailslot = createMailslot(uniqueName());
  await using sender = await openMailslot(mailslot.name);
  const signal = AbortSignal.abort(new Error("before"));
  await assertRejects(
    () => sender.send(bytes("x"), { signal }),
    Error,
    "before",
  );
  assertEquals(mailslot.info().count, 0);
});

Deno.test("send() on a closed sender is BadResource", async () => {
  await using mailslot = createMailslot(uniqueName());
  const sender = await openMailslot(mailslot.name);
  sender.close();
  sender.close();
  await assertRejects(() => sender.send(bytes("x")), Deno.errors.BadResource);
});

Deno.test({
  ...namedUnless(
    UNDER_WINE && !WINDOWS_RULES,
    "Wine keeps the mailslot while a sender is open",
    "send() to a reader that has closed is BrokenPipe",
  ),
  async fn() {
    const mailslot = createMailslot(uniqueName());
    await using sender = await openMailslot(mailslot.name);
    await mailslot[Symbol.asyncDispose]();
    await assertRejects(
      () => sender.send(bytes("x")),
      Deno.errors.BrokenPipe,
      "the reader has closed",
    );
  },
});
