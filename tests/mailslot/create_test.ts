import { assertEquals, assertThrows } from "@std/assert";
import { createMailslot, openMailslot, type Win32Error } from "../../mod.ts";
import { namedUnless } from "../support/ignored.ts";
import { bytes, uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { startScript } from "../support/peer.ts";
import { descriptorOf, UNDER_WINE } from "../support/system.ts";

Deno.test("createMailslot() of a taken name is AddrInUse", async () => {
  await using mailslot = createMailslot(uniqueName());
  const error = assertThrows(
    () => createMailslot(mailslot.name),
    Deno.errors.AddrInUse,
    "the name is taken (ERROR_ALREADY_EXISTS)",
  );
  assertEquals((error.cause as Win32Error).code, 183);
});

Deno.test("createMailslot() of a name that another process has is AddrInUse", async () => {
  const name = uniqueName();
  const url = new URL("./peers/reader.ts", import.meta.url);
  await using reader = startScript(url, [name, 1]);
  await reader.says("ready");
  assertThrows(() => createMailslot(name), Deno.errors.AddrInUse);
});

Deno.test("createMailslot() is reached by every form of its name", async () => {
  const bare = `${uniqueName()}\\é管`;
  const forms = [
    bare,
    `\\\\.\\mailslot\\${bare}`,
    `\\\\?\\mailslot\\${bare}`,
    `//./mailslot/${bare.replaceAll("\\", "/")}`,
  ];
  for (const form of forms) {
    await using mailslot = createMailslot(form);
    for (const other of forms) {
      await using sender = await openMailslot(other);
      await sender.send(bytes("x"));
      await mailslot.receive();
    }
  }
});

Deno.test("createMailslot() refuses bad names before any call", () => {
  const wrong = ["", "a\0b", "/x", "\\\\.\\pipe\\x", 7, null, undefined];
  for (const name of wrong) {
    const error = assertThrows(() => createMailslot(name as string), TypeError);
    assertEquals(error.cause, undefined);
  }
  assertThrows(() => createMailslot("x".repeat(244)), RangeError);
});

Deno.test("createMailslot() refuses a name on another computer", () => {
  for (const server of ["server", "*", "domain"]) {
    assertThrows(
      () => createMailslot(`\\\\${server}\\mailslot\\x`),
      TypeError,
      "on this computer",
    );
  }
});

Deno.test("createMailslot() refuses bad options before any call", () => {
  for (const wrong of ["5", 1.5, NaN, null]) {
    const maxMessageSize = wrong as number;
    const readTimeout = wrong as number;
    assertThrows(() => createMailslot("x", { maxMessageSize }), TypeError);
    assertThrows(() => createMailslot("x", { readTimeout }), TypeError);
  }
  assertThrows(() => createMailslot("x", { maxMessageSize: -1 }), RangeError);
  assertThrows(() => createMailslot("x", { readTimeout: -1 }), RangeError);
  // What is left of a time may round to it.
  createMailslot(uniqueName(), { readTimeout: -0 }).close();
  assertThrows(() => createMailslot("x", { sddl: "nonsense" }), TypeError);
});

Deno.test({
  ...namedUnless(
    UNDER_WINE,
    "Wine keeps none for a mailslot",
    "sddl is the descriptor that the mailslot has",
  ),
  async fn() {
    const sddl = "D:(A;;GA;;;WD)";
    await using mailslot = createMailslot(uniqueName(), { sddl });
    assertEquals(descriptorOf(mailslot.name).endsWith(";WD)"), true);
  },
});
