import { assertRejects, assertThrows } from "@std/assert";
import {
  connectPipe,
  createMailslot,
  listenPipe,
  listPipes,
  lockNativeAccess,
  openMailslot,
  pipeInfo,
} from "../../../mod.ts";

const { NotSupported } = Deno.errors;
const HINT = `this is ${Deno.build.os}`;

Deno.test("named pipes elsewhere than on Windows are NotSupported", async () => {
  for (const use of [() => listenPipe("x"), () => pipeInfo("x"), listPipes]) {
    assertThrows(use, NotSupported, HINT);
  }
  const subject = "Cannot use named pipes: ";
  await assertRejects(() => connectPipe("x"), NotSupported, subject);
});

Deno.test("mailslots elsewhere than on Windows are NotSupported", async () => {
  const subject = "Cannot use mailslots: ";
  assertThrows(() => createMailslot("x"), NotSupported, subject);
  await assertRejects(() => openMailslot("x"), NotSupported, HINT);
});

Deno.test("lockNativeAccess() elsewhere than on Windows is NotSupported", () => {
  assertThrows(() => lockNativeAccess(["pipe"]), NotSupported, HINT);
});

Deno.test("wrong arguments are reported before that this is not Windows", async () => {
  assertThrows(() => listenPipe(""), TypeError, "it is empty");
  await assertRejects(() => openMailslot("a\0"), TypeError, "NUL");
});
